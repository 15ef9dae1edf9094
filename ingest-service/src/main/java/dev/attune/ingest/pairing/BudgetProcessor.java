package dev.attune.ingest.pairing;

import dev.attune.events.PreferencePair;
import dev.attune.ingest.pairing.rules.BudgetChanges;
import dev.attune.ingest.pairing.rules.BudgetRules;
import dev.attune.ingest.pairing.rules.BudgetStage;
import dev.attune.ingest.pairing.rules.PairRevision;
import dev.attune.ingest.pairing.rules.Published;
import dev.attune.ingest.pairing.rules.Refusal;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * The budget stage: takes the pairs that hold in their prompts, lets out those that are within the bounds of their users
 * and their tenant, and takes back those that others displace.
 */
@SuppressWarnings("NullAway.Init") // Streams calls init first.
final class BudgetProcessor implements Processor<String, Received<PreferencePair>, Object, Object> {
    private final BudgetRules rules;
    private final DeadLetters deadLetters;
    private final PairingMetrics metrics;
    private StageContext context;
    private BudgetStores stores;
    private BudgetStage stage;

    BudgetProcessor(BudgetRules rules, DeadLetters deadLetters, PairingMetrics metrics) {
        this.rules = rules;
        this.deadLetters = deadLetters;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<Object, Object> context) {
        this.context = new StageContext(context);
        this.stores = new BudgetStores(context);
        this.stage = new BudgetStage(rules, stores);
        metrics.keptOut(this.context.task(), stores.keptOut());
    }

    @Override
    public void close() {
        metrics.keptOut(context.task(), 0);
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
            metrics.duplicate(context.source().topic());
            return;
        }
        stores.putContent(record.key(), pair);
        BudgetChanges changes = stage.revise(revision);
        changes.pairs().forEach(this::send);
        changes.heldBack().forEach(metrics::heldBack);
        stores.addKeptOut(changes.keptOut());
        metrics.keptOut(context.task(), stores.keptOut());
        if (!revision.active()) {
            stores.forgetContent(record.key());
        }
    }

    private void send(Published<String> published) {
        PreferencePair event = PairingRecords.revised(stores.content(published.content()), published);
        metrics.pair(event.getStatus(), context.age(event.getLastEvidenceAt()));
        context.forward(new Record<>(published.content(), event, context.timestamp()), Nodes.PAIRS);
    }

    private void refuse(Record<String, Received<PreferencePair>> record, PreferencePair pair) {
        Refusal reason = Refusal.KEY_MISMATCH;
        metrics.deadLetter(reason.tag());
        context.refuse(record, deadLetters, reason, pair.getTenant(), pair.getModelId(), Nodes.BUDGET_DEAD_LETTERS);
    }
}
