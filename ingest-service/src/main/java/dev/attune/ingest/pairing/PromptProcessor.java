package dev.attune.ingest.pairing;

import dev.attune.events.CompletionServed;
import dev.attune.events.JudgedTurn;
import dev.attune.events.PreferencePair;
import dev.attune.ingest.pairing.rules.AssembledPair;
import dev.attune.ingest.pairing.rules.AssembledSingle;
import dev.attune.ingest.pairing.rules.Bound;
import dev.attune.ingest.pairing.rules.PromptChanges;
import dev.attune.ingest.pairing.rules.PromptKey;
import dev.attune.ingest.pairing.rules.PromptStage;
import dev.attune.ingest.pairing.rules.Published;
import dev.attune.ingest.pairing.rules.Refusal;
import dev.attune.ingest.pairing.state.WriteBehindStore;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * The prompt stage: keeps a row for each turn in which something was judged, and after a quiet period says what changed: new pairs,
 * revisions, flips and retractions, and the same for singles.
 */
@SuppressWarnings("NullAway.Init") // Streams calls init first.
final class PromptProcessor implements Processor<String, Received<JudgedTurn>, Object, Object> {
    private final PairingConfig config;
    private final Topics topics;
    private final AvroSerdes serdes;
    private final PairingCache cache;
    private final PromptStage stage;
    private final DeadLetters deadLetters;
    private final PairingMetrics metrics;
    private StageContext context;
    private EventClock clock;
    private PromptStores stores;
    private PromptAgendas agendas;

    PromptProcessor(
            PairingConfig config,
            Topics topics,
            AvroSerdes serdes,
            PairingCache cache,
            DeadLetters deadLetters,
            PairingMetrics metrics) {
        this.config = config;
        this.topics = topics;
        this.serdes = serdes;
        this.cache = cache;
        this.stage = new PromptStage(config.rules().pairRules());
        this.deadLetters = deadLetters;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<Object, Object> context) {
        this.context = new StageContext(context);
        this.clock = new EventClock(config.limits().caughtUpAfter(), this.context.wallClock());
        this.stores = new PromptStores(
                context,
                TopicRows.of(WriteBehindStore.of(context, Nodes.JUDGED_TURNS_STORE), topics.judgedTurns(), serdes),
                TopicRows.of(
                        WriteBehindStore.of(context, Nodes.PROMPT_TEXTS_STORE), topics.promptCompletions(), serdes),
                cache,
                config.limits().maxAnswersPerPrompt());
        this.agendas = new PromptAgendas(context, config.emission());
        Duration interval = config.emission().lookInterval();
        context.schedule(interval, PunctuationType.WALL_CLOCK_TIME, time -> look());
    }

    @Override
    public void close() {
        // Closed without having been initialised where that failed.
        if (stores != null) {
            stores.close();
        }
    }

    @Override
    public void process(Record<String, Received<JudgedTurn>> record) {
        JudgedTurn judged = record.value().value();
        clock.read(Instant.ofEpochMilli(judged.getReceivedAt()), context.wallClock());
        String promptKey = RecordKeys.above(record.key());
        boolean legal = RecordKeys.isOf(promptKey, judged.getTenant(), judged.getPromptId())
                && record.key().equals(RecordKeys.row(promptKey, judged.getTurnId()));
        if (!legal) {
            metrics.deadLetter(Refusal.KEY_MISMATCH.tag());
            context.refuse(
                    record,
                    deadLetters,
                    Refusal.KEY_MISMATCH,
                    judged.getTenant(),
                    judged.getModelId(),
                    Nodes.PROMPT_DEAD_LETTERS);
            return;
        }
        if (agendas.changed(promptKey, context.wallClock())) {
            stores.open(promptKey);
        }
        stores.read(promptKey, judged);
    }

    private void look() {
        agendas.takeChanged(context.wallClock()).forEach(this::revise);
        agendas.takeLonely(clock.now(context.wallClock())).forEach(this::revise);
    }

    private void revise(String promptKey) {
        int tenantEnd = promptKey.indexOf('/');
        PromptKey prompt = new PromptKey(promptKey.substring(0, tenantEnd), promptKey.substring(tenantEnd + 1));
        PromptRows rows = stores.rows(promptKey);
        PromptChanges changes = stage.revise(
                prompt, rows.answers().values(), rows.pairs(), rows.singles(), clock.now(context.wallClock()));
        changes.heldBack().forEach(metrics::heldBack);
        if (rows.leftOut() > 0) {
            metrics.heldBack(Bound.ANSWERS_PER_PROMPT, rows.leftOut());
        }
        int unsent = 0;
        for (Published<AssembledPair> pair : changes.pairs()) {
            unsent += send(promptKey, prompt, rows, pair) ? 0 : 1;
        }
        for (Published<AssembledSingle> single : changes.singles()) {
            unsent += sendSingle(promptKey, prompt, rows, single) ? 0 : 1;
        }
        agendas.lookedAt(promptKey, rows.answers().size() + rows.leftOut(), changes.nextLook());
        if (unsent > 0) {
            metrics.heldBack(Bound.TEXT_NOT_HERE, unsent);
            agendas.changed(promptKey, context.wallClock());
        }
    }

    /** @return false where a text is still on its way: then the next look sends it */
    private boolean send(String promptKey, PromptKey prompt, PromptRows rows, Published<AssembledPair> published) {
        AssembledPair pair = published.content();
        CompletionServed chosen = stores.text(promptKey, pair.chosenId());
        CompletionServed rejected = stores.text(promptKey, pair.rejectedId());
        if (chosen == null || rejected == null) {
            return false;
        }
        stores.putPair(promptKey, rows, published);
        PreferencePair event = PairingRecords.pair(published, chosen, rejected);
        boolean goesOut = !config.budgets().on();
        if (goesOut) {
            metrics.pair(event.getStatus(), context.age(event.getLastEvidenceAt()));
        }
        context.forward(
                new Record<>(Topics.key(prompt.tenant(), pair.pairId()), event, context.timestamp()),
                goesOut ? Nodes.PAIRS : Nodes.ASSEMBLED_OUT);
        return true;
    }

    private boolean sendSingle(
            String promptKey, PromptKey prompt, PromptRows rows, Published<AssembledSingle> published) {
        String completionId = published.content().completionId();
        CompletionServed text = stores.text(promptKey, completionId);
        if (text == null) {
            return false;
        }
        stores.putSingle(promptKey, rows, published);
        metrics.single(PairingRecords.status(published));
        context.forward(
                new Record<>(
                        Topics.key(prompt.tenant(), completionId),
                        PairingRecords.single(published, text),
                        context.timestamp()),
                Nodes.SINGLES);
        return true;
    }
}
