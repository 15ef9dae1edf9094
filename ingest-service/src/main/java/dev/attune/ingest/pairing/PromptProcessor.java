package dev.attune.ingest.pairing;

import dev.attune.events.JudgedCompletion;
import dev.attune.events.PreferencePair;
import dev.attune.ingest.pairing.rules.AssembledPair;
import dev.attune.ingest.pairing.rules.AssembledSingle;
import dev.attune.ingest.pairing.rules.JudgedAnswer;
import dev.attune.ingest.pairing.rules.PromptChanges;
import dev.attune.ingest.pairing.rules.PromptKey;
import dev.attune.ingest.pairing.rules.PromptStage;
import dev.attune.ingest.pairing.rules.Published;
import dev.attune.ingest.pairing.rules.Refusal;
import dev.attune.schemas.Topics;
import java.time.Duration;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * The prompt stage: keeps a row for each judged completion, and after a quiet period says what changed: new pairs,
 * revisions, flips and retractions, and the same for singles.
 */
@SuppressWarnings("NullAway.Init") // Streams calls init first.
final class PromptProcessor implements Processor<String, Received<JudgedCompletion>, Object, Object> {
    private final PairingConfig config;
    private final PairingCache cache;
    private final PromptStage stage;
    private final DeadLetters deadLetters;
    private final PairingMetrics metrics;
    private StageContext context;
    private EventClock clock;
    private PromptStores stores;
    private PromptAgendas agendas;

    PromptProcessor(PairingConfig config, PairingCache cache, DeadLetters deadLetters, PairingMetrics metrics) {
        this.config = config;
        this.cache = cache;
        this.stage = new PromptStage(config.rules().pairRules());
        this.deadLetters = deadLetters;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<Object, Object> context) {
        this.context = new StageContext(context);
        this.clock = new EventClock(config.limits().caughtUpAfter(), this.context.wallClock());
        this.stores = new PromptStores(context, cache);
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
    public void process(Record<String, Received<JudgedCompletion>> record) {
        JudgedCompletion judged = record.value().value();
        clock.read(judged.getReceivedAt(), context.wallClock());
        if (!RecordKeys.isOf(record.key(), judged.getTenant(), judged.getPromptId())) {
            refuse(record, judged, Refusal.KEY_MISMATCH);
            return;
        }
        int answers = agendas.answers(record.key());
        if (answers == 0) {
            stores.open(record.key());
        }
        JudgedAnswer known = stores.answer(record.key(), judged.getCompletionId());
        if (known == null && answers >= config.limits().maxAnswersPerPrompt()) {
            refuse(record, judged, Refusal.TOO_MANY_ANSWERS);
        } else if (known == null || known.revision() < judged.getRevision()) {
            stores.put(record.key(), known, judged);
            agendas.changed(record.key(), known == null, context.wallClock());
        } else {
            metrics.duplicate(context.source().topic());
        }
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
        changes.pairs().forEach(pair -> send(promptKey, prompt, rows, pair));
        changes.singles().forEach(single -> sendSingle(promptKey, prompt, rows, single));
        agendas.lookAt(promptKey, changes.nextLook());
    }

    private void send(String promptKey, PromptKey prompt, PromptRows rows, Published<AssembledPair> published) {
        AssembledPair pair = published.content();
        stores.putPair(promptKey, rows, published);
        PreferencePair event = PairingRecords.pair(
                published, stores.text(promptKey, pair.chosenId()), stores.text(promptKey, pair.rejectedId()));
        boolean goesOut = !config.budgets().on();
        if (goesOut) {
            metrics.pair(event.getStatus(), context.age(event.getLastEvidenceAt()));
        }
        context.forward(
                new Record<>(Topics.key(prompt.tenant(), pair.pairId()), event, context.timestamp()),
                goesOut ? Nodes.PAIRS : Nodes.ASSEMBLED_OUT);
    }

    private void sendSingle(String promptKey, PromptKey prompt, PromptRows rows, Published<AssembledSingle> published) {
        String completionId = published.content().completionId();
        stores.putSingle(promptKey, rows, published);
        metrics.single(PairingRecords.status(published));
        context.forward(
                new Record<>(
                        Topics.key(prompt.tenant(), completionId),
                        PairingRecords.single(published, stores.text(promptKey, completionId)),
                        context.timestamp()),
                Nodes.SINGLES);
    }

    private void refuse(Record<String, Received<JudgedCompletion>> record, JudgedCompletion judged, Refusal reason) {
        metrics.deadLetter(reason.tag());
        context.refuse(record, deadLetters, reason, judged.getTenant(), judged.getModelId(), Nodes.PROMPT_DEAD_LETTERS);
    }
}
