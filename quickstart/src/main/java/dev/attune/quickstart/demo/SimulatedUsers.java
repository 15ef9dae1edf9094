package dev.attune.quickstart.demo;

import dev.attune.quickstart.corpus.HiddenPreference;
import dev.attune.quickstart.corpus.Question;
import dev.attune.quickstart.corpus.QuestionGenerator;
import dev.attune.quickstart.corpus.Split;
import dev.attune.quickstart.corpus.SupportCorpus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * People who chat with the served model. Each asks a question, gets two sampled answers, reports both to the gateway, and
 * judges: most pick one, some give thumbs. They like what {@link HiddenPreference} likes, and are wrong one time in ten.
 */
final class SimulatedUsers implements AutoCloseable {
    private static final double WRONG = 0.10;
    private static final double THUMBS_RATHER_THAN_PICKS = 0.25;
    /** Of two answers that please alike, users mostly say so. */
    private static final double TIES_SAID = 0.7;

    private static final int PEOPLE = 500;
    private static final int FAILURES_IN_A_ROW = 50;
    private static final long PAUSE_AFTER_FAILURE_MS = 200;
    private static final Logger LOG = LoggerFactory.getLogger(SimulatedUsers.class);

    private final ServingClient serving;
    private final GatewayClient gateway;
    private final LoopState state;
    private final QuestionGenerator questions;
    private final HiddenPreference preference;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private volatile boolean closed;

    SimulatedUsers(ServingClient serving, GatewayClient gateway, LoopState state, SupportCorpus corpus) {
        this.serving = serving;
        this.gateway = gateway;
        this.state = state;
        this.questions = new QuestionGenerator(corpus);
        this.preference = new HiddenPreference(corpus);
    }

    void start(int count, long seed) {
        SplittableRandom seeds = new SplittableRandom(seed);
        for (int i = 0; i < count; i++) {
            SplittableRandom random = seeds.split();
            threads.add(Thread.ofVirtual().name("user-" + i).start(() -> chatUntilClosed(random)));
        }
    }

    /** What made users give up, if anything did. */
    @Nullable
    Exception failure() {
        return failure.get();
    }

    private void chatUntilClosed(SplittableRandom random) {
        int failures = 0;
        while (!closed) {
            try {
                turn(random);
                failures = 0;
            } catch (IOException e) {
                // A model may be unloaded between the choice and the call, a server may be busy: people try again.
                LOG.debug("a turn failed", e);
                if (++failures == FAILURES_IN_A_ROW) {
                    failure.compareAndSet(null, e);
                    return;
                }
                pause();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void turn(SplittableRandom random) throws IOException, InterruptedException {
        Question question = questions.next(Split.TRAINING, random);
        ServedModel model = state.served();
        List<ServingClient.Answer> answers = serving.chat(model.name(), question.text(), 2, random.nextLong() >>> 1);
        String user = "user-" + random.nextInt(PEOPLE);
        String turn = "turn-" + UUID.randomUUID();
        String first = turn + "-a";
        String second = turn + "-b";
        String firstText = answers.get(0).text();
        String secondText = answers.get(1).text();
        gateway.completion(turn, first, model.version(), question.text(), firstText, user);
        gateway.completion(turn, second, model.version(), question.text(), secondText, user);
        state.acknowledged(2);
        if (firstText.equals(secondText)) {
            return;
        }
        if (random.nextDouble() < THUMBS_RATHER_THAN_PICKS) {
            gateway.thumb(turn, user, first, preference.likes(firstText) != isWrong(random));
            gateway.thumb(turn, user, second, preference.likes(secondText) != isWrong(random));
            state.acknowledged(2);
        } else {
            pick(turn, user, first, second, preference.compare(firstText, secondText), random);
            state.acknowledged(1);
        }
    }

    private void pick(
            String turn,
            String user,
            String first,
            String second,
            HiddenPreference.Choice choice,
            SplittableRandom random)
            throws IOException, InterruptedException {
        boolean firstWins = switch (choice) {
            case FIRST -> !isWrong(random);
            case SECOND -> isWrong(random);
            case TIE -> random.nextBoolean();
        };
        if (choice == HiddenPreference.Choice.TIE && random.nextDouble() < TIES_SAID) {
            gateway.pick(turn, user, "TIE", first, second);
        } else {
            gateway.pick(turn, user, "CHOSEN", firstWins ? first : second, firstWins ? second : first);
        }
    }

    private static boolean isWrong(SplittableRandom random) {
        return random.nextDouble() < WRONG;
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_AFTER_FAILURE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
    }
}
