package dev.attune.trainer.batch;

import dev.attune.events.PreferencePair;
import java.util.List;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads preference-pairs. */
public final class PairReader implements PreferenceReader {
    private final Deserializer<PreferencePair> deserializer;

    public PairReader(Deserializer<PreferencePair> deserializer) {
        this.deserializer = deserializer;
    }

    @Override
    public Preference read(SourceRecord source) {
        PreferencePair pair = deserializer.deserialize(source.topic(), source.value());
        return new Preference(
                pair.getTenant(),
                pair.getModelId(),
                pair.getPairId(),
                pair.getPromptId(),
                pair.getRevision(),
                pair.getStatus(),
                Direction.of(pair),
                pair.getStrength(),
                pair.getPrompt(),
                List.of(pair.getChosen(), pair.getRejected()),
                pair.getEvidence().stream().map(vote -> vote.getEventId()).toList(),
                pair.getFirstEvidenceAt(),
                pair.getLastEvidenceAt(),
                pair.getServedAt(),
                (encoder, prompt) -> encoder.encode(
                        pair.getPairId(),
                        prompt,
                        pair.getChosen().getValue(),
                        pair.getRejected().getValue(),
                        pair.getStrength()));
    }
}
