package dev.attune.quickstart.serving.api;

import dev.attune.quickstart.serving.engine.Engine;
import dev.attune.quickstart.serving.engine.Generation;
import dev.attune.quickstart.serving.engine.GenerationRequest;
import dev.attune.quickstart.serving.engine.ModelRegistry;
import dev.attune.quickstart.serving.engine.QueueFullException;
import dev.attune.quickstart.serving.engine.ServedModel;
import java.util.concurrent.ExecutionException;

/** Runs a request on the engine: finds the model, checks prompt and limits in vLLM's words, waits for the answer. */
final class Generator {
    private final Engine engine;
    private final ModelRegistry models;

    Generator(Engine engine, ModelRegistry models) {
        this.engine = engine;
        this.models = models;
    }

    /** Refuses a prompt that the model cannot take. */
    void requirePrompt(int[] prompt) throws ApiException {
        if (prompt.length == 0) {
            throw ApiException.badField("prompt", "the prompt is empty: at least one token is needed");
        }
        for (int token : prompt) {
            if (token < 0 || token >= engine.vocabularySize()) {
                throw ApiException.badField("prompt", "Token id " + token + " is out of vocabulary");
            }
        }
        if (prompt.length > engine.contextLength()) {
            throw ApiException.badField(
                    "prompt",
                    "This model's maximum context length is " + engine.contextLength()
                            + " tokens. However, your request has " + prompt.length
                            + " input tokens. Please reduce the length of the input messages.");
        }
    }

    /** Tokens that an answer can have after this prompt. */
    int roomAfter(int[] prompt) {
        return engine.contextLength() - prompt.length;
    }

    void requireRoom(int[] prompt, int maxTokens) throws ApiException {
        if (maxTokens > roomAfter(prompt)) {
            throw ApiException.badField(
                    "max_tokens",
                    "'max_tokens' or 'max_completion_tokens' is too large: " + maxTokens
                            + ". This model's maximum context length is " + engine.contextLength()
                            + " tokens and your request has " + prompt.length + " input tokens (" + maxTokens + " > "
                            + engine.contextLength() + " - " + prompt.length + ").");
        }
    }

    void requireModel(String name) throws ApiException {
        acquire(name).release();
    }

    Generation generate(GenerationRequest request, String modelName) throws ApiException {
        ServedModel model = acquire(modelName);
        boolean handedOver = false;
        try {
            var result = engine.submit(request, model);
            handedOver = true;
            return result.get();
        } catch (QueueFullException full) {
            throw ApiException.unavailable(full.getMessage());
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof QueueFullException closing
                    ? ApiException.unavailable(closing.getMessage())
                    : ApiException.internal(String.valueOf(failed.getCause()));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw ApiException.unavailable("the server is shutting down");
        } finally {
            if (!handedOver) {
                model.release();
            }
        }
    }

    private ServedModel acquire(String name) throws ApiException {
        return models.acquire(name)
                .orElseThrow(() -> ApiException.notFound("model", "The model `" + name + "` does not exist."));
    }
}
