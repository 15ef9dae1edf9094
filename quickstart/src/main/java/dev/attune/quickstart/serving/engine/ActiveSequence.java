package dev.attune.quickstart.serving.engine;

import dev.attune.quickstart.serving.engine.Generation.Choice;
import dev.attune.quickstart.serving.engine.Generation.FinishReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One answer while it grows. For one thread. */
final class ActiveSequence {
    private final Job job;
    private final int choice;
    private final int slot;
    private final Sampler sampler;
    private final int[] tokens;
    private final List<TokenLogprob> logprobs = new ArrayList<>();
    private int count;
    private @Nullable FinishReason finishReason;

    /**
     * @param choice its number in the request
     * @param slot its sequence id in the context
     */
    ActiveSequence(Job job, int choice, int slot) {
        this.job = job;
        this.choice = choice;
        this.slot = slot;
        this.sampler = new Sampler(job.request().sampling(), choice);
        this.tokens = new int[job.request().maxTokens()];
        if (tokens.length == 0) {
            finishReason = FinishReason.LENGTH;
        }
    }

    Job job() {
        return job;
    }

    int slot() {
        return slot;
    }

    /** The token to compute next, which was drawn last. */
    int lastToken() {
        return tokens[count - 1];
    }

    /** The position of {@link #lastToken}. */
    int lastPosition() {
        return job.request().prompt().length + count - 1;
    }

    /** Cells that it may still need: the last token drawn is never computed. */
    int cellsLeft() {
        return Math.max(0, tokens.length - count);
    }

    boolean finished() {
        return finishReason != null;
    }

    /**
     * Draws the next token.
     *
     * @param logits [vocabulary]
     * @param scratch [vocabulary], overwritten
     */
    void advance(float[] logits, double[] scratch) {
        GenerationRequest request = job.request();
        int token = sampler.draw(logits, scratch);
        tokens[count++] = token;
        if (request.logprobs() >= 0) {
            logprobs.add(TokenLogprob.of(logits, token, request.logprobs()));
        }
        if (request.endTokens().contains(token)) {
            finishReason = FinishReason.END_TOKEN;
        } else if (request.stop().reached(tokens, count)) {
            finishReason = FinishReason.STOP_CONDITION;
        } else if (count == tokens.length) {
            finishReason = FinishReason.LENGTH;
        }
    }

    /** Hands the answer to its request. */
    void deliver() {
        FinishReason reason = finishReason;
        if (reason == null) {
            throw new IllegalStateException("the answer is not complete");
        }
        job.owner().complete(choice, new Choice(Arrays.copyOf(tokens, count), reason, logprobs));
    }
}
