package dev.attune.quickstart.serving.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * The log-probability of a token at its position, and of the likeliest others there. Computed from the model's own logits, before
 * temperature and top_p.
 *
 * @param token its id
 * @param logprob natural logarithm of its probability
 * @param rank 1 for the likeliest token of the position
 * @param likeliest the likeliest tokens, most likely first, as many as were asked for
 */
public record TokenLogprob(int token, double logprob, int rank, List<Alternative> likeliest) {

    /** A token that could have stood there. */
    public record Alternative(int token, double logprob) {}

    /**
     * @param logits [vocabulary]
     * @param likeliest how many of the likeliest tokens to list
     */
    static TokenLogprob of(float[] logits, int token, int likeliest) {
        double normalizer = logSumExp(logits);
        int rank = 1;
        for (float logit : logits) {
            if (logit > logits[token]) {
                rank++;
            }
        }
        List<Alternative> alternatives = new ArrayList<>();
        for (int id : largest(logits, likeliest)) {
            alternatives.add(new Alternative(id, logits[id] - normalizer));
        }
        return new TokenLogprob(token, logits[token] - normalizer, rank, List.copyOf(alternatives));
    }

    static double logSumExp(float[] logits) {
        double greatest = logits[Sampler.argmax(logits)];
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - greatest);
        }
        return greatest + Math.log(sum);
    }

    /** Indices of the largest values, largest first; by insertion, because there are few. */
    private static int[] largest(float[] logits, int count) {
        int[] ids = new int[Math.min(count, logits.length)];
        int filled = 0;
        for (int id = 0; id < logits.length && ids.length > 0; id++) {
            if (filled == ids.length && logits[id] <= logits[ids[filled - 1]]) {
                continue;
            }
            int at = filled < ids.length ? filled++ : filled - 1;
            while (at > 0 && logits[ids[at - 1]] < logits[id]) {
                ids[at] = ids[at - 1];
                at--;
            }
            ids[at] = id;
        }
        return ids;
    }
}
