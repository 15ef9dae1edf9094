package dev.attune.quickstart.serving.engine;

import dev.attune.quickstart.serving.llamacpp.ContextShape;
import dev.attune.quickstart.serving.llamacpp.LlamaContext;
import dev.attune.quickstart.serving.llamacpp.LlamaModel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Takes requests and answers them from a fixed number of workers. Safe for use by many threads. */
public final class Engine implements AutoCloseable {
    private final EngineSettings settings;
    private final int vocabularySize;
    private final ContextShape shape;
    private final JobQueue queue;
    private final List<Thread> workers = new ArrayList<>();

    public Engine(LlamaModel model, EngineSettings settings) {
        this.settings = settings;
        this.vocabularySize = model.vocabularySize();
        this.shape = settings.contextShape();
        this.queue = new JobQueue(settings.maxWaiting());
        List<LlamaContext> contexts = new ArrayList<>();
        for (int i = 0; i < settings.workers(); i++) {
            contexts.add(model.newContext(shape));
        }
        for (int i = 0; i < settings.workers(); i++) {
            Worker worker = new Worker(queue, contexts.get(i), shape, settings.joinLimit(), vocabularySize);
            workers.add(Thread.ofPlatform().name("generate-" + i).start(worker));
        }
    }

    public int vocabularySize() {
        return vocabularySize;
    }

    /** Most tokens of a prompt and its answer together. */
    public int contextLength() {
        return settings.contextLength();
    }

    /**
     * Queues a request.
     *
     * @param model retained by the caller; released by the engine once the result is there, or by the caller if this throws
     * @throws QueueFullException if too many wait
     * @throws IllegalArgumentException if a token is not in the vocabulary, or prompt and answer do not fit the context
     */
    public CompletableFuture<Generation> submit(GenerationRequest request, ServedModel model) {
        for (int token : request.prompt()) {
            if (token < 0 || token >= vocabularySize) {
                throw new IllegalArgumentException("Token id " + token + " is out of vocabulary");
            }
        }
        if (request.prompt().length + request.maxTokens() > settings.contextLength()) {
            throw new IllegalArgumentException("a prompt of " + request.prompt().length + " tokens and an answer of "
                    + request.maxTokens() + " exceed the context of " + settings.contextLength());
        }
        PendingGeneration pending = new PendingGeneration(request, model);
        queue.add(Job.split(pending, shape.maxSequences(), shape.cacheCells()));
        return pending.result().whenComplete((generation, failure) -> model.release());
    }

    /** Jobs that wait for a worker. */
    public int waiting() {
        return queue.size();
    }

    /** Fails what still waits, lets what is being computed finish, and frees the contexts. */
    @Override
    public void close() {
        for (Job job : queue.close()) {
            job.owner().fail(new QueueFullException("the server is shutting down"));
        }
        boolean interrupted = false;
        for (Thread worker : workers) {
            while (worker.isAlive()) {
                try {
                    worker.join();
                } catch (InterruptedException again) {
                    interrupted = true; // freeing the model under a running worker would end the JVM
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
