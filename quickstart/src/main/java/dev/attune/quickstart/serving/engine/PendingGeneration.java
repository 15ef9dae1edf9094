package dev.attune.quickstart.serving.engine;

import dev.attune.quickstart.serving.engine.Generation.Choice;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A request on its way: collects what its jobs compute, and is complete with the last choice. Safe for use by several workers. */
final class PendingGeneration {
    private final GenerationRequest request;
    private final ServedModel model;
    private final CompletableFuture<Generation> result = new CompletableFuture<>();
    private final @Nullable Choice[] choices;
    private List<TokenLogprob> promptLogprobs = List.of();
    private int missing;

    PendingGeneration(GenerationRequest request, ServedModel model) {
        this.request = request;
        this.model = model;
        this.choices = new Choice[request.choices()];
        this.missing = request.choices();
    }

    GenerationRequest request() {
        return request;
    }

    ServedModel model() {
        return model;
    }

    CompletableFuture<Generation> result() {
        return result;
    }

    synchronized void promptLogprobs(List<TokenLogprob> logprobs) {
        promptLogprobs = logprobs;
    }

    void complete(int choice, Choice answer) {
        synchronized (this) {
            choices[choice] = answer;
            missing--;
            if (missing > 0) {
                return;
            }
        }
        List<Choice> all = Arrays.stream(choices).map(Objects::requireNonNull).toList();
        result.complete(new Generation(all, promptLogprobs));
    }

    void fail(RuntimeException failure) {
        result.completeExceptionally(failure);
    }

    /** Nobody waits any more: it failed elsewhere, or was cancelled. */
    boolean abandoned() {
        return result.isDone();
    }
}
