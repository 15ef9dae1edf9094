package dev.attune.schemas;

import static dev.attune.schemas.Topic.Cleanup.COMPACT;
import static dev.attune.schemas.Topic.Cleanup.DELETE;

import dev.attune.events.CheckpointCommitted;
import dev.attune.events.CompletionServed;
import dev.attune.events.DeadLetter;
import dev.attune.events.ErasureRequested;
import dev.attune.events.ExampleTrained;
import dev.attune.events.FeedbackGiven;
import dev.attune.events.FeedbackStatus;
import dev.attune.events.JudgedTurn;
import dev.attune.events.PreferencePair;
import dev.attune.events.PreferenceSingle;
import dev.attune.events.ReleaseChanged;
import dev.attune.events.ReleaseControl;
import dev.attune.events.TrainerControl;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.avro.specific.SpecificRecord;

/**
 * Every topic once: name, key, value. Between the services there is nothing else (and, for weights, the artifact store).
 *
 * @param prefix put before every name, for example {@code attune.}; letters, digits, {@code .}, {@code _} and {@code -}
 */
public record Topics(String prefix) {
    public static final String DEFAULT_PREFIX = "attune.";

    private static final Pattern LEGAL_PREFIX = Pattern.compile("[A-Za-z0-9._-]{0,100}");
    private static final Duration INPUT = Duration.ofDays(30);
    private static final Duration OUTPUT = Duration.ofDays(365);
    /** Longer than everything that an erasure is about: whoever brings back old data can erase it again. */
    private static final Duration ERASURES = Duration.ofDays(10 * 365);

    public Topics {
        if (!LEGAL_PREFIX.matcher(prefix).matches()) {
            throw new IllegalArgumentException("topic prefix '" + prefix
                    + "': at most 100 letters, digits, '.', '_' and '-', as Kafka allows in topic names");
        }
    }

    /** Answers that the model gave. */
    public Topic<CompletionServed> completions() {
        return topic("completions", CompletionServed.class, "tenant/turnId", DELETE, INPUT);
    }

    /** Thumbs, picks, edits, regenerations and retractions; partitioned as {@link #completions()}. */
    public Topic<FeedbackGiven> feedback() {
        return topic("feedback", FeedbackGiven.class, "tenant/turnId", DELETE, INPUT);
    }

    /**
     * Internal to pairing: votes, from the turn stage to the prompt stage. It is also the changelog of the prompt stage's store of
     * them. Partitioned by tenant/promptId.
     */
    public Topic<JudgedTurn> judgedTurns() {
        return topic("judged-turns", JudgedTurn.class, "tenant/promptId NUL turnId", COMPACT, INPUT);
    }

    /** Internal to pairing: texts, in the same way; those that nobody judged are deleted in time. */
    public Topic<CompletionServed> promptCompletions() {
        return topic("prompt-completions", CompletionServed.class, "tenant/promptId NUL completionId", COMPACT, INPUT);
    }

    /**
     * Internal to pairing: from the prompt stage to the budget stage, where budgets are set. Partitioned by tenant, so that
     * one place sees all pairs of a tenant.
     */
    public Topic<PreferencePair> assembledPairs() {
        return topic("assembled-pairs", PreferencePair.class, "tenant/pairId", DELETE, INPUT);
    }

    /** What the trainer learns from. Partitioned by tenant/promptId, so that revisions of a pair stay in order. */
    public Topic<PreferencePair> preferencePairs() {
        return topic("preference-pairs", PreferencePair.class, "tenant/pairId", DELETE, OUTPUT);
    }

    /** Judged answers without a partner. Partitioned by tenant/promptId. */
    public Topic<PreferenceSingle> preferenceSingles() {
        return topic("preference-singles", PreferenceSingle.class, "tenant/completionId", DELETE, OUTPUT);
    }

    /** Checkpoints that count. */
    public Topic<CheckpointCommitted> checkpoints() {
        return topic("checkpoints", CheckpointCommitted.class, "tenant/modelId/version", COMPACT, OUTPUT);
    }

    /** What each version learned from, written together with its checkpoint: the way from feedback to versions. */
    public Topic<ExampleTrained> trainedExamples() {
        return topic("trained-examples", ExampleTrained.class, "tenant/pairId", DELETE, OUTPUT);
    }

    /** What people and guards want of a trainer: halt, run, approve. It is read on every start, so it outlives the process. */
    public Topic<TrainerControl> trainerControl() {
        return topic(
                "trainer-control", TrainerControl.class, "tenant/modelId or tenant/modelId/version", COMPACT, OUTPUT);
    }

    /** What people want of a model's releases: pause, promote, roll back. Read on every start. */
    public Topic<ReleaseControl> releaseControl() {
        return topic(
                "release-control", ReleaseControl.class, "tenant/modelId or tenant/modelId/version", COMPACT, OUTPUT);
    }

    /** Each state change of a release. */
    public Topic<ReleaseChanged> releases() {
        return topic("releases", ReleaseChanged.class, "tenant/modelId/version", DELETE, OUTPUT);
    }

    /** What became of each feedback event. */
    public Topic<FeedbackStatus> feedbackStatus() {
        return topic("feedback-status", FeedbackStatus.class, "tenant/feedbackEventId", COMPACT, OUTPUT);
    }

    /** Users who are to be erased, by pseudonym. */
    public Topic<ErasureRequested> erasureRequests() {
        return topic("erasure-requests", ErasureRequested.class, "tenant/userId", DELETE, ERASURES);
    }

    /** Records that could not be used, with the reason. */
    public Topic<DeadLetter> deadLetters() {
        return topic("dead-letters", DeadLetter.class, "as the source", DELETE, OUTPUT);
    }

    public List<Topic<?>> all() {
        return List.of(
                completions(),
                feedback(),
                judgedTurns(),
                promptCompletions(),
                assembledPairs(),
                preferencePairs(),
                preferenceSingles(),
                checkpoints(),
                trainedExamples(),
                trainerControl(),
                releaseControl(),
                releases(),
                feedbackStatus(),
                erasureRequests(),
                deadLetters());
    }

    /** A record key: the tenant first, so that no tenant can speak of another's turn. */
    public static String key(String tenant, String... ids) {
        return tenant + "/" + String.join("/", ids);
    }

    private <V extends SpecificRecord> Topic<V> topic(
            String name, Class<V> valueType, String key, Topic.Cleanup cleanup, Duration retention) {
        return new Topic<>(prefix + name, valueType, key, cleanup, retention);
    }
}
