package dev.attune.publisher.canary;

import dev.attune.publisher.http.CallException;
import dev.attune.publisher.http.StoppedException;
import dev.attune.publisher.serving.ChatMessage;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has both versions answer live prompts, at a bounded rate. What comes faster is left out: a sample is wanted, not all. Decides
 * nothing; only the asking is done in threads of its own.
 */
final class ShadowSampler implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ShadowSampler.class);
    private static final double NANOS_A_MINUTE = 60e9;

    private final ShadowServing serving;
    private final ShadowSettings settings;
    private final CanaryRecords records;
    private final String canaryName;
    private final String stableName;
    private final long begunAtNanos = System.nanoTime();
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final Deque<Future<Pair>> asked = new ArrayDeque<>();
    private int number;

    /** Both versions' answers to one prompt. */
    private record Pair(SeenAnswer canary, SeenAnswer stable) {}

    ShadowSampler(
            ShadowServing serving,
            ShadowSettings settings,
            CanaryRecords records,
            String canaryName,
            String stableName) {
        this.serving = serving;
        this.settings = settings;
        this.records = records;
        this.canaryName = canaryName;
        this.stableName = stableName;
    }

    /** Takes the prompt, unless there were enough of late. */
    void offer(List<ChatMessage> prompt) {
        double allowed = 1 + settings.promptsPerMinute() * (System.nanoTime() - begunAtNanos) / NANOS_A_MINUTE;
        if (number >= allowed || asked.size() >= settings.concurrency()) {
            return;
        }
        int mine = number++;
        asked.add(executor.submit(() -> ask(prompt, mine)));
    }

    /** Gives out what was answered since the last time. */
    void take(BiConsumer<SeenAnswer, SeenAnswer> each) {
        Iterator<Future<Pair>> all = asked.iterator();
        while (all.hasNext()) {
            Future<Pair> one = all.next();
            switch (one.state()) {
                case RUNNING -> {}
                case SUCCESS -> {
                    all.remove();
                    each.accept(one.resultNow().canary, one.resultNow().stable);
                }
                case FAILED -> {
                    all.remove();
                    // Somebody said something to the publisher: what was under way is given up, and says nothing.
                    if (!(one.exceptionNow() instanceof StoppedException)) {
                        throw new IllegalStateException("a prompt could not be asked again", one.exceptionNow());
                    }
                }
                case CANCELLED -> all.remove();
            }
        }
    }

    /** One after the other, so that they do not slow each other down, and in turn the first. */
    private Pair ask(List<ChatMessage> prompt, int mine) {
        if (mine % 2 == 0) {
            SeenAnswer canary = ask(Arm.CANARY, prompt, mine);
            return new Pair(canary, ask(Arm.STABLE, prompt, mine));
        }
        SeenAnswer stable = ask(Arm.STABLE, prompt, mine);
        return new Pair(ask(Arm.CANARY, prompt, mine), stable);
    }

    private SeenAnswer ask(Arm arm, List<ChatMessage> prompt, int mine) {
        String name = arm == Arm.CANARY ? canaryName : stableName;
        long begun = System.nanoTime();
        String text = null;
        try {
            text = serving.ask(name, prompt, settings.maxTokens(), mine);
        } catch (CallException e) {
            LOG.info("shadow: {} did not answer: {}", name, e.getMessage());
        }
        return seen(arm, mine, text, (System.nanoTime() - begun) / 1_000_000);
    }

    private SeenAnswer seen(Arm arm, int mine, @Nullable String text, long latencyMs) {
        boolean refused = text != null && records.declines(text);
        Integer length = text == null ? null : text.length();
        return new SeenAnswer(
                "shadow/" + mine, "shadow/" + mine, arm, Instant.EPOCH, text == null, refused, latencyMs, length);
    }

    @Override
    public void close() {
        executor.shutdownNow();
        executor.close();
    }
}
