package dev.attune.quickstart.serving.engine;

import dev.attune.quickstart.serving.llamacpp.ContextShape;
import dev.attune.quickstart.serving.llamacpp.LlamaAdapter;
import dev.attune.quickstart.serving.llamacpp.LlamaContext;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One context and the thread that computes on it. It works in waves: the oldest job decides the adapter (a context has one at a time),
 * others for the same model join while there is room, and the wave ends when all are done. Cells of the cache are handed out only
 * once in a wave: sequences that end leave holes between the others, too small for the next pass. So a wave is bounded, and no
 * job waits longer than one of them because others for the loaded adapter keep coming.
 */
final class Worker implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    private final JobQueue queue;
    private final LlamaContext context;
    private final Wave wave;

    Worker(JobQueue queue, LlamaContext context, ContextShape shape, int joinLimit, int vocabularySize) {
        this.queue = queue;
        this.context = context;
        this.wave = new Wave(context, shape, joinLimit, vocabularySize);
    }

    @Override
    public void run() {
        try (context) {
            Optional<Job> next = queue.take();
            while (next.isPresent()) {
                runWave(next.get());
                next = queue.take();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void runWave(Job first) {
        ServedModel model = first.model();
        if (!model.retain()) {
            first.owner().fail(new IllegalStateException(model.name() + " is no longer loaded"));
            return;
        }
        try {
            use(model);
            wave.begin(first);
            do {
                admitOthers(model);
                wave.step();
            } while (!wave.isOver());
        } catch (RuntimeException failure) {
            LOG.error("generation with {} failed", model.name(), failure);
            wave.fail(failure);
        } finally {
            // Before the release: the context must not point to an adapter that is freed.
            context.clear();
            context.useBase();
            model.release();
        }
    }

    private void use(ServedModel model) {
        LlamaAdapter adapter = model.adapter();
        if (adapter == null) {
            context.useBase();
        } else {
            context.use(adapter);
        }
    }

    private void admitOthers(ServedModel model) {
        Optional<Job> joining = queue.pollMatching(job -> job.model() == model && wave.fits(job));
        while (joining.isPresent()) {
            wave.admit(joining.get());
            joining = queue.pollMatching(job -> job.model() == model && wave.fits(job));
        }
    }
}
