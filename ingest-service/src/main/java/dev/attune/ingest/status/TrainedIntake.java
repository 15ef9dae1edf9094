package dev.attune.ingest.status;

import dev.attune.events.ExampleTrained;
import dev.attune.ingest.status.StatusInputs.Told;
import java.util.List;
import org.apache.kafka.common.serialization.Deserializer;

/** A version learned from what feedback is behind. */
final class TrainedIntake extends RecordIntake<ExampleTrained> {
    TrainedIntake(Deserializer<ExampleTrained> deserializer, StatusMetrics metrics) {
        super(deserializer, metrics);
    }

    @Override
    List<Told> told(String key, ExampleTrained value, long timestamp) {
        return StatusInputs.of(value);
    }
}
