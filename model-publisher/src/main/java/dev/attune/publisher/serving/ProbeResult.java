package dev.attune.publisher.serving;

import dev.attune.artifacts.Probe;
import java.util.List;
import java.util.Locale;

/**
 * How far two sets of log-probabilities of the same probes lie apart.
 *
 * @param perToken largest difference of a token, in nats
 * @param perSequence largest difference of a probe's sum, in nats
 */
record ProbeResult(double perToken, double perSequence) {

    /** Of what was served, against what the trainer computed. */
    static ProbeResult againstTrainer(List<Probe> probes, List<List<Double>> served) {
        return between(probes.stream().map(Probe::logps).toList(), served);
    }

    /** @param one log-probabilities [probe][token]; {@code other} has the same shape */
    static ProbeResult between(List<List<Double>> one, List<List<Double>> other) {
        double perToken = 0;
        double perSequence = 0;
        for (int probe = 0; probe < one.size(); probe++) {
            double sum = 0;
            for (int token = 0; token < one.get(probe).size(); token++) {
                double difference = one.get(probe).get(token) - other.get(probe).get(token);
                perToken = Math.max(perToken, Math.abs(difference));
                sum += difference;
            }
            perSequence = Math.max(perSequence, Math.abs(sum));
        }
        return new ProbeResult(perToken, perSequence);
    }

    boolean isWithin(ProbeBounds bounds) {
        return perToken <= bounds.perToken() && perSequence <= bounds.perSequence();
    }

    /** For messages. */
    String against(ProbeBounds bounds) {
        return String.format(
                Locale.ROOT,
                "%.2g nats on a token (at most %.2g), %.2g on a probe (at most %.2g)",
                perToken,
                bounds.perToken(),
                perSequence,
                bounds.perSequence());
    }
}
