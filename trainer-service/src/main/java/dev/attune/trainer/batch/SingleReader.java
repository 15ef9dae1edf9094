package dev.attune.trainer.batch;

import dev.attune.events.Evidence;
import dev.attune.events.PreferenceSingle;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads preference-singles. */
public final class SingleReader implements PreferenceReader {
    private final Deserializer<PreferenceSingle> deserializer;

    public SingleReader(Deserializer<PreferenceSingle> deserializer) {
        this.deserializer = deserializer;
    }

    @Override
    public Preference read(SourceRecord source) {
        PreferenceSingle single = deserializer.deserialize(source.topic(), source.value());
        // Its newest vote's, where it says none of its votes.
        Instant newest = single.getOccurredAt();
        List<Instant> times = single.getEvidence().stream()
                .map(Evidence::getOccurredAt)
                .sorted(Comparator.naturalOrder())
                .toList();
        return new Preference(
                single.getTenant(),
                single.getModelId(),
                single.getCompletionId(),
                single.getPromptId(),
                single.getRevision(),
                single.getStatus(),
                Direction.of(single),
                single.getStrength(),
                single.getPrompt(),
                List.of(single.getText()),
                single.getEvidence().stream().map(Evidence::getEventId).toList(),
                times.isEmpty() ? newest : times.getFirst(),
                times.isEmpty() ? newest : times.getLast(),
                single.getServedAt(),
                (encoder, prompt) -> encoder.encodeSingle(
                        single.getCompletionId(),
                        prompt,
                        single.getText().getValue(),
                        single.getDesirable(),
                        single.getStrength()));
    }
}
