package dev.attune.publisher.canary;

import dev.attune.events.CompletionServed;
import dev.attune.events.FeedbackGiven;
import dev.attune.events.InlineCompletion;
import dev.attune.kit.KafkaSettings;
import dev.attune.publisher.canary.CanaryVerdict.KeepGoing;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.TopicReader;
import dev.attune.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Judges a canary by the completions and the feedback since it began. There is no state to lose: after a restart the topics are
 * read again from the canary's start, and give the same.
 */
public final class LiveJudge implements CanaryJudge {
    /** For one look, so that whoever asks can go on with its own work. */
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(1);

    /** For a canary whose time is over: then it ends without. */
    private static final Duration LONGEST_READING = Duration.ofMinutes(10);

    private static final Duration POLL = Duration.ofMillis(20);
    /** What is received and what is written of it are two clocks and a moment apart. */
    private static final Duration CLOCKS = Duration.ofMinutes(1);

    private final KafkaSettings kafka;
    private final Topics topics;
    private final AvroSerdes serdes;
    private final CanarySettings settings;
    private final String baseModel;
    private final CanaryRecords records;
    private @Nullable Reading reading;

    /** @param baseModel what serving calls the base */
    public LiveJudge(KafkaSettings kafka, Topics topics, AvroSerdes serdes, CanarySettings settings, String baseModel) {
        this.kafka = kafka;
        this.topics = topics;
        this.serdes = serdes;
        this.settings = settings;
        this.baseModel = baseModel;
        this.records = new CanaryRecords(settings.health().refusalPatterns());
    }

    /** What is open for one canary. */
    private record Reading(
            CanaryRun run,
            CanaryEvidence evidence,
            TopicReader<CompletionServed> completions,
            TopicReader<FeedbackGiven> feedback,
            long openedAtNanos)
            implements AutoCloseable {
        @Override
        public void close() {
            completions.close();
            feedback.close();
        }
    }

    @Override
    public CanaryVerdict judge(CanaryRun run, Instant now) {
        Reading current = reading;
        if (current == null || !current.run.equals(run)) {
            close();
            current = open(run);
            reading = current;
        }
        if (!read(current)) {
            // Half of what was said is no evidence.
            return unread(current, now);
        }
        current.evidence.settle(now);
        return CanaryRules.judge(current.evidence, settings, run, now);
    }

    private CanaryVerdict unread(Reading current, Instant now) {
        String problem = "what was said could not be read to its end yet";
        boolean over = Duration.between(current.run.since(), now).compareTo(settings.maxDuration()) >= 0;
        return over && System.nanoTime() - current.openedAtNanos > LONGEST_READING.toNanos()
                ? CanaryRules.undecided(problem, settings, Map.of())
                : new KeepGoing(problem, Map.of());
    }

    private Reading open(CanaryRun run) {
        Instant since = run.since().minus(CLOCKS);
        TopicReader<CompletionServed> completions = SinceReaders.open(kafka, topics.completions(), serdes, since);
        try {
            return new Reading(
                    run,
                    new CanaryEvidence(settings, run),
                    completions,
                    SinceReaders.open(kafka, topics.feedback(), serdes, since),
                    System.nanoTime());
        } catch (RuntimeException e) {
            completions.close();
            throw e;
        }
    }

    /** Whether everything was read that is there. First the answers, so that feedback finds what it is about. */
    private boolean read(Reading current) {
        long until = System.nanoTime() + LONGEST_LOOK.toNanos();
        do {
            List<SeenAnswer> answers = new ArrayList<>();
            current.completions.poll(POLL, served -> completion(served, current.run, answers));
            // Partitions come one after the other; answers are compared with those of their time.
            answers.sort(Comparator.comparing(SeenAnswer::receivedAt).thenComparing(SeenAnswer::answerId));
            answers.forEach(current.evidence::add);
            current.feedback.poll(POLL, given -> feedback(given, current));
            if (current.completions.isAtEnd() && current.feedback.isAtEnd()) {
                return true;
            }
        } while (System.nanoTime() < until);
        return false;
    }

    private void completion(CompletionServed served, CanaryRun run, List<SeenAnswer> answers) {
        if (run.isAbout(served.getTenant(), served.getModelId())
                && !served.getReceivedAt().isBefore(run.since())) {
            Arm arm = Arm.of(served.getModelVersion(), run, baseModel);
            if (arm != null) {
                answers.add(records.answer(served, arm));
            }
        }
    }

    private void feedback(FeedbackGiven given, Reading current) {
        if (!current.run.isAbout(given.getTenant(), given.getModelId())
                || given.getReceivedAt().isBefore(current.run.since())) {
            return;
        }
        for (InlineCompletion inline : given.getCompletions()) {
            Arm arm = Arm.of(inline.getModelVersion(), current.run, baseModel);
            if (arm != null) {
                current.evidence.know(
                        CanaryRecords.answerId(given.getTenant(), given.getTurnId(), inline.getCompletionId()), arm);
            }
        }
        CanaryRecords.said(given)
                .ifPresent(
                        said -> current.evidence.add(CanaryRecords.user(given.getTenant(), given.getUserId()), said));
    }

    @Override
    public void close() {
        Reading open = reading;
        reading = null;
        if (open != null) {
            open.close();
        }
    }
}
