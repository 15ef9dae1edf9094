package dev.attune.ingest.pairing;

import dev.attune.events.DeadLetter;
import dev.attune.events.PreferencePair;
import dev.attune.ingest.pairing.rules.BudgetChanges;
import dev.attune.ingest.pairing.rules.BudgetRules;
import dev.attune.ingest.pairing.rules.BudgetStage;
import dev.attune.ingest.pairing.rules.PairRevision;
import dev.attune.ingest.pairing.rules.Published;
import dev.attune.ingest.pairing.rules.Refusal;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * The budget stage: takes the pairs that hold in their prompts, lets out those that are within the bounds of their users
 * and their tenant, and takes back those that others displace.
 */
@SuppressWarnings("NullAway.Init") // Streams calls init first.
final class BudgetProcessor implements Processor<String, Received<PreferencePair>, Object, Object> {
    private final BudgetRules rules;
    private final DeadLetters deadLetters;
    private final PairingMetrics metrics;
    private ProcessorContext<Object, Object> context;
    private BudgetStores stores;
    private BudgetStage stage;

    BudgetProcessor(BudgetRules rules, DeadLetters deadLetters, PairingMetrics metrics) {
        this.rules = rules;
        this.deadLetters = deadLetters;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<Object, Object> context) {
        this.context = context;
        this.stores = new BudgetStores(context);
        this.stage = new BudgetStage(rules, stores);
        metrics.keptOut(task(), stores.keptOut());
    }

    @Override
    public void close() {
        metrics.keptOut(task(), 0);
    }

    @Override
    public void process(Record<String, Received<PreferencePair>> record) {
        PreferencePair pair = record.value().value();
        if (!RecordKeys.isOf(record.key(), pair.getTenant(), pair.getPairId())) {
            refuse(record, pair);
            return;
        }
        PairRevision revision = PairingRecords.revision(record.key(), pair);
        if (!stage.isNew(revision)) {
            metrics.duplicate(source().topic());
            return;
        }
        stores.putContent(record.key(), pair);
        BudgetChanges changes = stage.revise(revision);
        changes.pairs().forEach(this::send);
        changes.heldBack().forEach(metrics::heldBack);
        stores.addKeptOut(changes.keptOut());
        metrics.keptOut(task(), stores.keptOut());
        if (!revision.active()) {
            stores.forgetContent(record.key());
        }
    }

    private void send(Published<String> published) {
        PreferencePair event = PairingRecords.revised(stores.content(published.content()), published);
        metrics.pair(event.getStatus(), age(event.getLastEvidenceAt()));
        context.forward(new Record<>(published.content(), event, context.currentSystemTimeMs()), Nodes.PAIRS);
    }

    private void refuse(Record<String, Received<PreferencePair>> record, PreferencePair pair) {
        Refusal reason = Refusal.KEY_MISMATCH;
        DeadLetter letter =
                deadLetters.refused(source(), reason, pair.getTenant(), pair.getModelId(), record.value(), wallClock());
        metrics.deadLetter(reason.tag());
        context.forward(
                new Record<>(record.value().key().array(), letter, record.timestamp(), record.headers()),
                Nodes.BUDGET_DEAD_LETTERS);
    }

    /** Never negative: the clocks of products may run ahead of ours. */
    private Duration age(Instant evidence) {
        Duration age = Duration.between(evidence, wallClock());
        return age.isNegative() ? Duration.ZERO : age;
    }

    private Instant wallClock() {
        return Instant.ofEpochMilli(context.currentSystemTimeMs());
    }

    private RecordMetadata source() {
        return context.recordMetadata().orElseThrow();
    }

    private String task() {
        return context.taskId().toString();
    }
}
