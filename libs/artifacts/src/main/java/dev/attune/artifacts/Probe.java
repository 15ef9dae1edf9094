package dev.attune.artifacts;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A fixed sequence of tokens and what the trainer computed for it with the adapter on: whoever serves the adapter has to
 * come to the same numbers.
 *
 * @param tokens token ids; at least two
 * @param logps log-probability of each of {@code tokens[1..]} given the tokens before it, in nats; one fewer than tokens
 */
public record Probe(List<Integer> tokens, List<Double> logps) {

    /** Rounding may leave a log-probability of a certain token a little above zero. */
    private static final double ROUNDING = 1e-3;

    // A field that the file does not have arrives as null, whatever its declared type.
    public Probe {
        if (tokens == null || logps == null) {
            throw new IllegalArgumentException("a probe has tokens and logps");
        }
        tokens = List.copyOf(tokens);
        logps = List.copyOf(logps);
        if (tokens.size() < 2) {
            throw new IllegalArgumentException("a probe has at least two tokens, not " + tokens.size());
        }
        if (logps.size() != tokens.size() - 1) {
            throw new IllegalArgumentException("a probe of " + tokens.size() + " tokens has " + (tokens.size() - 1)
                    + " logps, not " + logps.size());
        }
        for (int token : tokens) {
            if (token < 0) {
                throw new IllegalArgumentException("a token id is not negative: " + token);
            }
        }
        for (double logp : logps) {
            if (!(logp <= ROUNDING) || Double.isInfinite(logp)) {
                throw new IllegalArgumentException("not a log-probability: " + logp);
            }
        }
    }

    /** Log-probability of the whole sequence after its first token, in nats. */
    public double sum() {
        return logps.stream().mapToDouble(Double::doubleValue).sum();
    }

    /**
     * Reads {@code probes.json}.
     *
     * @throws BrokenArtifactException if the file is not a list of at least one probe
     */
    public static List<Probe> readAll(Path file) throws IOException {
        Probe[] probes = ArtifactJson.read(ArtifactJson.STRICT, file, Probe[].class);
        if (probes.length == 0) {
            throw new BrokenArtifactException(file, "holds no probe");
        }
        for (Probe probe : probes) {
            if (probe == null) {
                throw new BrokenArtifactException(file, "holds a null instead of a probe");
            }
        }
        return List.of(probes);
    }

    public static void writeAll(Path file, List<Probe> probes) throws IOException {
        DurableFiles.replace(file, ArtifactJson.STRICT.writeValueAsBytes(probes));
    }
}
