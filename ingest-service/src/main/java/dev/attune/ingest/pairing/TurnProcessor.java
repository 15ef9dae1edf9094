package dev.attune.ingest.pairing;

import dev.attune.events.CompletionServed;
import dev.attune.events.DeadLetter;
import dev.attune.events.FeedbackGiven;
import dev.attune.events.FeedbackKind;
import dev.attune.events.JudgedTurn;
import dev.attune.ingest.pairing.FeedbackReading.Reading;
import dev.attune.ingest.pairing.UnsentVotes.OfTurn;
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
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * The turn stage: applies completions and feedback to their turn, sends each text on once and, with every commit, each
 * turn whose votes changed with all of them, and sets aside what cannot be used or whose completion never came.
 */
@SuppressWarnings("NullAway.Init") // Streams calls init first.
final class TurnProcessor implements Processor<String, Received<?>, Object, Object> {
    /** How often expiry is looked at; only when, never what. */
    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);

    private final PairingConfig.Limits limits;
    private final DeadLetters deadLetters;
    private final PairingMetrics metrics;
    private final String feedbackTopic;
    private final String textsTopic;
    private final Serializer<CompletionServed> texts;
    private StageContext context;
    private EventClock clock;
    private TurnStores stores;
    private UnsentVotes unsent;

    TurnProcessor(
            PairingConfig.Limits limits,
            Topics topics,
            Serializer<CompletionServed> texts,
            DeadLetters deadLetters,
            PairingMetrics metrics) {
        this.limits = limits;
        this.feedbackTopic = topics.feedback().name();
        this.textsTopic = topics.promptCompletions().name();
        this.texts = texts;
        this.deadLetters = deadLetters;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<Object, Object> context) {
        this.context = new StageContext(context);
        this.clock = new EventClock(limits.caughtUpAfter(), this.context.wallClock());
        this.unsent = new UnsentVotes();
        this.stores = new TurnStores(
                context, limits.turns(), turns -> metrics.waitingTurns(this.context.task(), turns), this::sendVotes);
        context.schedule(LOOK_INTERVAL, PunctuationType.WALL_CLOCK_TIME, time -> look());
    }

    @Override
    public void close() {
        metrics.waitingTurns(context.task(), 0);
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
        if (served.getFailure() != null) {
            // There is no answer to prefer, or to prefer another to.
            metrics.failedAnswer();
            return;
        }
        boolean legal = RecordKeys.isOf(record.key(), served.getTenant(), served.getTurnId())
                && RecordKeys.isLegal(served.getPromptId());
        TurnOutcome outcome = legal
                ? stores.apply(record.key(), turn -> {
                    TurnOutcome taken = turn.completion(FeedbackReading.answer(served), served.getReceivedAt());
                    if (taken instanceof TurnOutcome.Changed changed) {
                        // As it came: nobody needs the text before a pair goes out.
                        sendText(record, served, record.value().bytes().array());
                        changed(record, turn, changed);
                    }
                    return taken;
                })
                : new TurnOutcome.Refused(Refusal.KEY_MISMATCH);
        report(record, outcome, served.getTenant(), served.getModelId());
    }

    private void feedback(Record<String, Received<?>> record, FeedbackGiven given) {
        clock.read(given.getReceivedAt(), context.wallClock());
        boolean legal = RecordKeys.isOf(record.key(), given.getTenant(), given.getTurnId())
                && (given.getPromptId() == null || RecordKeys.isLegal(given.getPromptId()));
        TurnOutcome outcome = legal
                ? switch (FeedbackReading.read(
                        given,
                        new Source(
                                context.source().partition(), context.source().offset()))) {
                    case Reading.Unusable unusable -> new TurnOutcome.Refused(unusable.refusal());
                    case Reading.Usable usable ->
                        stores.apply(record.key(), turn -> {
                            TurnOutcome taken = turn.feedback(usable.feedback());
                            if (taken instanceof TurnOutcome.Changed changed) {
                                FeedbackReading.completions(given).stream()
                                        .filter(served -> changed.taken().contains(served.getCompletionId()))
                                        .forEach(served -> sendText(record, served));
                                if (given.getKind() == FeedbackKind.EDIT && turn.isLatest(usable.feedback())) {
                                    stores.putEdit(record.key(), given);
                                }
                                changed(record, turn, changed);
                            }
                            return taken;
                        });
                }
                : new TurnOutcome.Refused(Refusal.KEY_MISMATCH);
        report(record, outcome, given.getTenant(), given.getModelId());
    }

    private void changed(Record<String, Received<?>> record, Turn turn, TurnOutcome.Changed changed) {
        unsent.add(record, changed.completionIds());
        for (EditedText edit : changed.edits()) {
            CompletionServed text = stores.edit(record.key(), edit.editedId());
            sendText(record, PairingRecords.edited(text, turn.promptId(edit.originalId())));
        }
        for (Vote vote : changed.resolved()) {
            metrics.deadLetterResolved(Refusal.COMPLETION_NEVER_CAME.tag());
            setAside(record.key(), missing(record.key(), vote, true), record.timestamp());
        }
    }

    /** Before every commit: whoever reads the votes cannot see them earlier. */
    private void sendVotes() {
        List<OfTurn> changed = unsent.take();
        if (!changed.isEmpty()) {
            context.asNode(() -> changed.forEach(this::sendVotes));
        }
    }

    private void sendVotes(OfTurn changed) {
        Record<String, ?> record = changed.cause();
        TurnKey key = TurnKey.of(record.key());
        stores.send(record.key(), turn -> {
            Set<String> promptIds = new TreeSet<>();
            for (String completionId : changed.completionIds()) {
                promptIds.add(turn.memory().nextRevision(completionId).answer().promptId());
            }
            for (String promptId : promptIds) {
                String row = RecordKeys.row(Topics.key(key.tenant(), promptId), key.turnId());
                JudgedTurn judged =
                        JudgedRecords.of(key, promptId, turn, editedId -> stores.edit(record.key(), editedId));
                context.forward(new Record<>(row, judged, record.timestamp(), record.headers()), Nodes.JUDGED_OUT);
            }
        });
    }

    private void sendText(Record<String, ?> record, CompletionServed served) {
        sendText(record, served, texts.serialize(textsTopic, served));
    }

    private void sendText(Record<String, ?> record, CompletionServed served, byte[] bytes) {
        String promptKey = Topics.key(served.getTenant(), served.getPromptId());
        context.forward(
                new Record<>(
                        RecordKeys.row(promptKey, served.getCompletionId()),
                        bytes,
                        record.timestamp(),
                        record.headers()),
                Nodes.TEXTS_OUT);
    }

    /** Nobody judged it: its text is not needed any more. */
    private void deleteText(String promptKey, String completionId) {
        context.forward(
                new Record<>(RecordKeys.row(promptKey, completionId), null, context.timestamp()), Nodes.TEXTS_OUT);
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
        // What is forgotten below must have been sent.
        sendVotes();
        Instant now = clock.now(context.wallClock());
        stores.expire(now, (turnKey, vote) -> {
            metrics.deadLetter(Refusal.COMPLETION_NEVER_CAME.tag());
            setAside(turnKey, missing(turnKey, vote, false), context.timestamp());
        });
        stores.forget(now, this::deleteText);
    }

    private DeadLetter missing(String turnKey, Vote vote, boolean resolved) {
        String tenant = TurnKey.of(turnKey).tenant();
        return deadLetters.missingCompletion(feedbackTopic, turnKey, tenant, vote, resolved, context.wallClock());
    }

    private void setAside(String key, DeadLetter letter, long timestamp) {
        context.forward(
                new Record<Object, Object>(key.getBytes(StandardCharsets.UTF_8), letter, timestamp),
                Nodes.DEAD_LETTERS);
    }
}
