package dev.attune.ingest.replay;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attune.ingest.replay.GatewayClient.Accepted;
import dev.attune.ingest.replay.GatewayClient.Refused;
import dev.attune.ingest.replay.Turn.Answer;
import java.io.PrintWriter;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Sends the turns of a dataset: several at a time, the events of a turn one after the other, completions first. */
final class Replay {
    private final Dataset dataset;
    private final EventBodies bodies;
    private final GatewayClient gateway;
    private final Tally tally;
    private final PrintWriter messages;
    private final AtomicLong left;
    private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();

    /**
     * @param limit turns to send at most
     * @param messages where the first refusal of each reason is shown
     */
    Replay(Dataset dataset, EventBodies bodies, GatewayClient gateway, Tally tally, PrintWriter messages, long limit) {
        this.dataset = dataset;
        this.bodies = bodies;
        this.gateway = gateway;
        this.tally = tally;
        this.messages = messages;
        this.left = new AtomicLong(limit);
    }

    /**
     * Sends everything and returns when all is decided.
     *
     * @throws dev.attune.kit.ConfigException if the gateway's address or the key is wrong
     * @throws ReplayFailedException if the gateway stopped taking events
     */
    void run(int concurrency) throws InterruptedException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < concurrency; i++) {
                threads.execute(this::work);
            }
            threads.shutdown();
            if (!threads.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS)) {
                throw new IllegalStateException("a wait without a bound ended");
            }
        }
        RuntimeException first = failure.get();
        if (first != null) {
            throw first;
        }
    }

    private void work() {
        try {
            while (left.getAndDecrement() > 0) {
                Turn turn = dataset.next();
                if (turn == null) {
                    return;
                }
                send(turn);
                tally.row();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail(new ReplayFailedException("interrupted"));
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    /** One thread's failure is the end for all; the others then fail too, because they were stopped. */
    private void fail(RuntimeException e) {
        failure.compareAndSet(null, e);
        left.set(0);
        gateway.abort();
    }

    private void send(Turn turn) throws InterruptedException {
        int sent = 0;
        for (Answer answer : turn.answers()) {
            sent++;
            if (!send(turn, "/v1/completions", bodies.completion(turn, answer))) {
                // Feedback on an answer that the gateway does not have would only become a dead letter.
                tally.skipped(turn.answers().size() - sent + turn.judgements().size());
                return;
            }
            tally.completion();
        }
        for (int i = 0; i < turn.judgements().size(); i++) {
            if (send(turn, "/v1/feedback", bodies.feedback(turn, i))) {
                tally.feedback();
            }
        }
    }

    private boolean send(Turn turn, String path, ObjectNode body) throws InterruptedException {
        return switch (gateway.post(path, body)) {
            case Accepted _ -> true;
            case Refused refused -> {
                if (tally.refused(refused.reason())) {
                    messages.println("replay: row " + turn.row() + " was refused (" + refused.reason() + "): "
                            + refused.detail() + "; more of this kind are only counted");
                    messages.flush();
                }
                yield false;
            }
        };
    }
}
