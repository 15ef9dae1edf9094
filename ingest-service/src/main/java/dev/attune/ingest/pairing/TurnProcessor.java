package dev.attune.ingest.pairing;

import dev.attune.events.CompletionServed;
import dev.attune.events.DeadLetter;
import dev.attune.events.FeedbackGiven;
import dev.attune.events.FeedbackKind;
import dev.attune.events.JudgedCompletion;
import dev.attune.events.SealableText;
import dev.attune.ingest.pairing.FeedbackReading.Reading;
import dev.attune.ingest.pairing.rules.Refusal;
import dev.attune.ingest.pairing.rules.Source;
import dev.attune.ingest.pairing.rules.Turn;
import dev.attune.ingest.pairing.rules.TurnOutcome;
import dev.attune.ingest.pairing.rules.TurnOutcome.EditedText;
import dev.attune.ingest.pairing.rules.Vote;
import dev.attune.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * The turn stage: applies completions and feedback to their turn, sends each completion whose votes changed on with all
 * its votes, and sets aside what cannot be used or whose completion never came.
 */
@SuppressWarnings("NullAway.Init") // Streams calls init first.
final class TurnProcessor implements Processor<String, Received<?>, Object, Object> {
    /** How often expiry is looked at; only when, never what. */
    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);

    private final PairingConfig.Limits limits;
    private final PairingCache cache;
    private final DeadLetters deadLetters;
    private final PairingMetrics metrics;
    private final String feedbackTopic;
    private StageContext context;
    private EventClock clock;
    private TurnStores stores;

    TurnProcessor(
            PairingConfig.Limits limits,
            PairingCache cache,
            Topics topics,
            DeadLetters deadLetters,
            PairingMetrics metrics) {
        this.limits = limits;
        this.cache = cache;
        this.feedbackTopic = topics.feedback().name();
        this.deadLetters = deadLetters;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<Object, Object> context) {
        this.context = new StageContext(context);
        this.clock = new EventClock(limits.caughtUpAfter(), this.context.wallClock());
        this.stores = new TurnStores(
                context, cache, limits.turns(), turns -> metrics.waitingTurns(this.context.task(), turns));
        context.schedule(LOOK_INTERVAL, PunctuationType.WALL_CLOCK_TIME, time -> look());
    }

    @Override
    public void close() {
        metrics.waitingTurns(context.task(), 0);
        // Closed without having been initialised where that failed.
        if (stores != null) {
            stores.close();
        }
    }

    @Override
    public void process(Record<String, Received<?>> record) {
        switch (record.value().value()) {
            case CompletionServed served -> completion(record, served);
            case FeedbackGiven given -> feedback(record, given);
            default -> throw new IllegalStateException("only completions and feedback are read here");
        }
    }

    private void completion(Record<String, Received<?>> record, CompletionServed served) {
        clock.read(served.getReceivedAt(), context.wallClock());
        TurnOutcome outcome = RecordKeys.isOf(record.key(), served.getTenant(), served.getTurnId())
                ? stores.apply(record.key(), turn -> {
                    TurnOutcome taken = turn.completion(FeedbackReading.answer(served), served.getReceivedAt());
                    if (taken instanceof TurnOutcome.Changed changed) {
                        stores.putCompletion(record.key(), served);
                        send(record, turn, changed);
                    }
                    return taken;
                })
                : new TurnOutcome.Refused(Refusal.KEY_MISMATCH);
        report(record, outcome, served.getTenant(), served.getModelId());
    }

    private void feedback(Record<String, Received<?>> record, FeedbackGiven given) {
        clock.read(given.getReceivedAt(), context.wallClock());
        TurnOutcome outcome = RecordKeys.isOf(record.key(), given.getTenant(), given.getTurnId())
                ? switch (FeedbackReading.read(
                        given,
                        new Source(
                                context.source().partition(), context.source().offset()))) {
                    case Reading.Unusable unusable -> new TurnOutcome.Refused(unusable.refusal());
                    case Reading.Usable usable ->
                        stores.apply(record.key(), turn -> {
                            TurnOutcome taken = turn.feedback(usable.feedback());
                            if (taken instanceof TurnOutcome.Changed changed) {
                                FeedbackReading.completions(given)
                                        .forEach(served -> stores.putInlineCompletion(record.key(), served));
                                if (given.getKind() == FeedbackKind.EDIT && turn.isLatest(usable.feedback())) {
                                    stores.putEdit(record.key(), given);
                                }
                                send(record, turn, changed);
                            }
                            return taken;
                        });
                }
                : new TurnOutcome.Refused(Refusal.KEY_MISMATCH);
        report(record, outcome, given.getTenant(), given.getModelId());
    }

    private void send(Record<String, Received<?>> record, Turn turn, TurnOutcome.Changed changed) {
        for (String completionId : changed.completionIds()) {
            JudgedCompletion judged = PairingRecords.judged(stores.completion(record.key(), completionId), turn);
            forward(record, judged);
            for (EditedText edit : changed.edits()) {
                if (edit.originalId().equals(completionId)) {
                    SealableText text =
                            stores.completion(record.key(), edit.editedId()).getText();
                    forward(record, PairingRecords.edited(judged, edit.editedId(), text));
                }
            }
        }
        for (Vote vote : changed.resolved()) {
            metrics.deadLetterResolved(Refusal.COMPLETION_NEVER_CAME.tag());
            setAside(record.key(), missing(record.key(), vote, true), record.timestamp());
        }
    }

    private void forward(Record<String, Received<?>> record, JudgedCompletion judged) {
        context.forward(
                new Record<Object, Object>(
                        Topics.key(judged.getTenant(), judged.getPromptId()),
                        judged,
                        record.timestamp(),
                        record.headers()),
                Nodes.JUDGED_OUT);
    }

    private void report(Record<String, Received<?>> record, TurnOutcome outcome, String tenant, String modelId) {
        switch (outcome) {
            case TurnOutcome.Changed changed -> {}
            case TurnOutcome.Duplicate duplicate ->
                metrics.duplicate(context.source().topic());
            case TurnOutcome.Refused refused -> {
                metrics.deadLetter(refused.reason().tag());
                setAside(
                        record.key(),
                        deadLetters.refused(
                                context.source(),
                                refused.reason(),
                                tenant,
                                modelId,
                                record.value(),
                                context.wallClock()),
                        record.timestamp());
            }
        }
    }

    private void look() {
        Instant now = clock.now(context.wallClock());
        stores.expire(now, (turnKey, vote) -> {
            metrics.deadLetter(Refusal.COMPLETION_NEVER_CAME.tag());
            setAside(turnKey, missing(turnKey, vote, false), context.timestamp());
        });
        stores.forget(now);
    }

    private DeadLetter missing(String turnKey, Vote vote, boolean resolved) {
        String tenant = turnKey.substring(0, turnKey.indexOf('/'));
        return deadLetters.missingCompletion(feedbackTopic, turnKey, tenant, vote, resolved, context.wallClock());
    }

    private void setAside(String key, DeadLetter letter, long timestamp) {
        context.forward(
                new Record<Object, Object>(key.getBytes(StandardCharsets.UTF_8), letter, timestamp),
                Nodes.DEAD_LETTERS);
    }
}
