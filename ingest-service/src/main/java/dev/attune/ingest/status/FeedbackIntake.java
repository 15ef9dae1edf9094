package dev.attune.ingest.status;

import dev.attune.events.FeedbackGiven;
import dev.attune.ingest.status.StatusInputs.Told;
import java.util.List;
import org.apache.kafka.common.serialization.Deserializer;

/** Feedback was accepted, and may take other feedback back. */
final class FeedbackIntake extends RecordIntake<FeedbackGiven> {
    FeedbackIntake(Deserializer<FeedbackGiven> deserializer, StatusMetrics metrics) {
        super(deserializer, metrics);
    }

    @Override
    List<Told> told(String key, FeedbackGiven value, long timestamp) {
        return StatusInputs.of(value);
    }
}
