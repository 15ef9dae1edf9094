package dev.attune.ingest.status;

import dev.attune.events.DeadLetter;
import dev.attune.events.Evidence;
import dev.attune.events.FeedbackGiven;
import dev.attune.events.PreferencePair;
import dev.attune.events.PreferenceSingle;
import dev.attune.ingest.status.StatusInputs.Told;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.Topic;
import dev.attune.schemas.Topics;
import dev.attune.schemas.UnreadableRecordException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * A dead letter of feedback, or of a pair or single that feedback is behind. The event is what the dead letter names; where it
 * names none, what its bytes say.
 */
final class DeadLetterIntake extends RecordIntake<DeadLetter> {
    private final Topics topics;
    private final Deserializer<FeedbackGiven> feedback;
    private final Deserializer<PreferencePair> pairs;
    private final Deserializer<PreferenceSingle> singles;

    DeadLetterIntake(Topics topics, AvroSerdes serdes, StatusMetrics metrics) {
        super(serdes.deserializer(DeadLetter.class), metrics);
        this.topics = topics;
        this.feedback = serdes.deserializer(FeedbackGiven.class);
        this.pairs = serdes.deserializer(PreferencePair.class);
        this.singles = serdes.deserializer(PreferenceSingle.class);
    }

    @Override
    List<Told> told(String key, DeadLetter letter, long timestamp) {
        return StatusInputs.of(letter, eventIds(letter));
    }

    private List<String> eventIds(DeadLetter letter) {
        String source = letter.getSourceTopic();
        if (source.equals(topics.feedback().name())) {
            return letter.getSourceEventId().isEmpty()
                    ? read(letter, topics.feedback(), feedback)
                            .map(given -> List.of(given.getEventId()))
                            .orElse(List.of())
                    : List.of(letter.getSourceEventId());
        }
        if (source.equals(topics.preferencePairs().name())
                || source.equals(topics.assembledPairs().name())) {
            return read(letter, topics.preferencePairs(), pairs)
                    .map(pair -> ids(pair.getEvidence()))
                    .orElse(List.of());
        }
        if (source.equals(topics.preferenceSingles().name())) {
            return read(letter, topics.preferenceSingles(), singles)
                    .map(single -> ids(single.getEvidence()))
                    .orElse(List.of());
        }
        return List.of();
    }

    private static List<String> ids(List<Evidence> evidence) {
        return evidence.stream().map(Evidence::getEventId).toList();
    }

    /** Empty where the bytes are not there, cannot be read, or are another tenant's than the dead letter. */
    private static <T extends SpecificRecord> Optional<T> read(
            DeadLetter letter, Topic<T> topic, Deserializer<T> deserializer) {
        ByteBuffer value = letter.getValue();
        if (value == null) {
            return Optional.empty();
        }
        byte[] bytes = new byte[value.remaining()];
        value.duplicate().get(bytes);
        try {
            T record = deserializer.deserialize(topic.name(), bytes);
            Object tenant = record.get(record.getSchema().getField("tenant").pos());
            return letter.getTenant().equals(tenant) ? Optional.of(record) : Optional.empty();
        } catch (UnreadableRecordException _) {
            // That may be why it is a dead letter.
            return Optional.empty();
        }
    }
}
