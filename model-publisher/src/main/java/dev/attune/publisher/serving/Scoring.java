package dev.attune.publisher.serving;

import dev.attune.publisher.http.CallException;
import java.util.List;
import java.util.Map;

/** How far a replica can be asked what it computes: what it cannot show is not claimed. */
public sealed interface Scoring {

    /** The strongest proof that can be had of it. */
    ProofLevel level();

    /** It gives the log-probabilities of tokens that it is given: they can be held against the trainer's. */
    non-sealed interface OfPrompts extends Scoring {

        /**
         * Log-probabilities of given tokens.
         *
         * @param tokens token ids, at least two
         * @return log-probability of each of {@code tokens[1..]} given those before it, in nats
         */
        List<Double> score(String model, List<Integer> tokens) throws CallException;

        @Override
        default ProofLevel level() {
            return ProofLevel.PARITY;
        }
    }

    /** It gives log-probabilities only of tokens that it generates itself: models can be held against each other. */
    non-sealed interface OfGenerations extends Scoring {

        /** Continues a text at temperature 0. */
        List<Generated> generate(String model, String prompt, int maxTokens) throws CallException;

        @Override
        default ProofLevel level() {
            return ProofLevel.EFFECT;
        }
    }

    /** Nobody answers there: only what lies there can be looked at. */
    non-sealed interface OfFiles extends Scoring {

        /** Whether the adapter's files lie there, byte by byte. */
        boolean holds(ServedAdapter adapter) throws CallException;

        @Override
        default ProofLevel level() {
            return ProofLevel.FILES;
        }
    }

    /**
     * A token that was generated.
     *
     * @param token its text
     * @param logprobs the most likely tokens at this place with their log-probabilities in nats, itself among them
     */
    record Generated(String token, Map<String, Double> logprobs) {

        public Generated {
            logprobs = Map.copyOf(logprobs);
        }
    }
}
