package dev.attune.publisher.gate;

import dev.attune.publisher.http.CallException;
import dev.attune.publisher.http.ParallelCalls;
import dev.attune.publisher.http.Retrier;
import dev.attune.publisher.serving.ReplicaGroup;
import java.util.ArrayList;
import java.util.List;

/**
 * Estimates how far a served model has gone from its base: the KL divergence of whole answers, KL(candidate ‖ base), as
 * the mean over sampled answers y of {@code log candidate(y|x) - log base(y|x)}, in nats.
 */
final class KlToBase {

    private final ReplicaGroup replicas;
    private final Retrier retrier;
    private final String baseModel;
    private final int concurrency;

    KlToBase(ReplicaGroup replicas, Retrier retrier, String baseModel, int concurrency) {
        this.replicas = replicas;
        this.retrier = retrier;
        this.baseModel = baseModel;
        this.concurrency = concurrency;
    }

    /**
     * An estimate.
     *
     * @param mean in nats an answer; the estimator is unbiased, so that a small KL may come out below zero
     * @param standardError of the mean
     */
    record Estimate(double mean, double standardError) {

        /** @param logRatios one an answer, at least one */
        static Estimate of(List<Double> logRatios) {
            int answers = logRatios.size();
            double mean = logRatios.stream()
                    .mapToDouble(Double::doubleValue)
                    .average()
                    .orElseThrow();
            double squares = logRatios.stream()
                    .mapToDouble(ratio -> (ratio - mean) * (ratio - mean))
                    .sum();
            double standardError = answers < 2 ? 0 : Math.sqrt(squares / (answers - 1) / answers);
            return new Estimate(mean, standardError);
        }
    }

    /** Scores the answers' own tokens under the base, each on the replica that sampled it. */
    Estimate estimate(List<GateAnswer> answers) throws CallException {
        return Estimate.of(ParallelCalls.map(answers, concurrency, this::logRatio));
    }

    private double logRatio(GateAnswer answer) throws CallException {
        List<Integer> tokens = new ArrayList<>(answer.sampled().promptTokens());
        tokens.addAll(answer.sampled().tokens());
        List<Double> baseLogps = retrier.call(() -> replicas.score(answer.number(), baseModel, tokens));
        List<Double> baseAnswerLogps =
                baseLogps.subList(baseLogps.size() - answer.sampled().tokens().size(), baseLogps.size());
        double logRatio = 0;
        for (int i = 0; i < baseAnswerLogps.size(); i++) {
            logRatio += answer.sampled().logps().get(i) - baseAnswerLogps.get(i);
        }
        return logRatio;
    }
}
