package dev.attune.ingest.status;

import dev.attune.events.Evidence;
import dev.attune.events.PreferencePair;
import dev.attune.events.PreferenceSingle;
import dev.attune.events.PreferenceStatus;
import dev.attune.events.state.EvidenceRow;
import dev.attune.events.state.StatusInput;
import dev.attune.events.state.StatusInputKind;
import dev.attune.ingest.status.StatusInputs.Told;
import dev.attune.schemas.AvroSerdes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Pairs or single answers, by revision. It remembers which events the last revision counted: an event that a new one leaves out is
 * told so, and one that it goes on counting is not told again. Without it a much judged pair would tell all its events
 * of each new vote.
 */
@SuppressWarnings("NullAway.Init") // Streams calls init first.
final class EvidenceIntake<T extends SpecificRecord> extends RecordIntake<T> {
    private final StatusInputKind kind;
    private final Function<T, Revision> revisions;
    private final String storeName;
    private final Duration retention;
    private KeyValueStore<String, EvidenceRow> rows;

    /** What matters of a pair or a single. */
    record Revision(String id, long number, boolean active, List<Evidence> evidence) {}

    private EvidenceIntake(
            Deserializer<T> deserializer,
            StatusMetrics metrics,
            StatusInputKind kind,
            Function<T, Revision> revisions,
            String storeName,
            Duration retention) {
        super(deserializer, metrics);
        this.kind = kind;
        this.revisions = revisions;
        this.storeName = storeName;
        this.retention = retention;
    }

    static EvidenceIntake<PreferencePair> ofPairs(
            AvroSerdes serdes, StatusMetrics metrics, String storeName, Duration retention) {
        return new EvidenceIntake<>(
                serdes.deserializer(PreferencePair.class),
                metrics,
                StatusInputKind.PAIR,
                pair -> new Revision(
                        pair.getPairId(),
                        pair.getRevision(),
                        pair.getStatus() == PreferenceStatus.ACTIVE,
                        pair.getEvidence()),
                storeName,
                retention);
    }

    static EvidenceIntake<PreferenceSingle> ofSingles(
            AvroSerdes serdes, StatusMetrics metrics, String storeName, Duration retention) {
        return new EvidenceIntake<>(
                serdes.deserializer(PreferenceSingle.class),
                metrics,
                StatusInputKind.SINGLE,
                single -> new Revision(
                        single.getCompletionId(),
                        single.getRevision(),
                        single.getStatus() == PreferenceStatus.ACTIVE,
                        single.getEvidence()),
                storeName,
                retention);
    }

    @Override
    public void init(ProcessorContext<String, StatusInput> context) {
        super.init(context);
        rows = context.getStateStore(storeName);
        OldRows.sweep(context, rows, EvidenceRow::getAt, retention, _ -> {});
    }

    @Override
    List<Told> told(String key, T value, long timestamp) {
        Revision revision = revisions.apply(value);
        @Nullable EvidenceRow before = rows.get(key);
        if (before != null && before.getRevision() >= revision.number()) {
            return List.of();
        }
        long at = before == null ? timestamp : Math.max(timestamp, before.getAt() + 1);
        TreeSet<String> counted = new TreeSet<>();
        if (revision.active()) {
            revision.evidence().forEach(evidence -> counted.add(evidence.getEventId()));
        }
        List<String> countedBefore = before == null ? List.of() : before.getFeedbackEventIds();
        rows.put(key, new EvidenceRow(revision.number(), at, List.copyOf(counted)));

        List<Told> told = new ArrayList<>();
        for (String eventId : countedBefore) {
            if (!counted.remove(eventId)) {
                told.add(StatusInputs.evidence(kind, revision.id(), eventId, false, revision.number(), at));
            }
        }
        counted.forEach(
                eventId -> told.add(StatusInputs.evidence(kind, revision.id(), eventId, true, revision.number(), at)));
        return told;
    }
}
