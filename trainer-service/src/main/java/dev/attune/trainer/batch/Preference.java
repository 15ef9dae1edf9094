package dev.attune.trainer.batch;

import dev.attune.events.Message;
import dev.attune.events.PreferenceStatus;
import dev.attune.events.SealableText;
import dev.attune.trainer.learner.PairEncoder;
import dev.attune.trainer.learner.Prompt;
import dev.attune.trainer.learner.TrainingExample;
import java.time.Instant;
import java.util.List;

/**
 * What a record of the input topic says, before its texts become tokens: that one answer is better than another, or that one is
 * liked or not.
 *
 * @param id of the pair, or of the single answer's completion
 * @param prompt the conversation
 * @param answers one or two
 * @param eventIds the feedback behind it
 * @param firstEvidenceAt its oldest vote
 * @param lastEvidenceAt its newest vote
 * @param servedAt when its answers were served; the epoch: not said
 * @param tokens makes the texts tokens
 */
record Preference(
        String tenant,
        String modelId,
        String id,
        String promptId,
        long revision,
        PreferenceStatus status,
        Direction direction,
        double strength,
        List<Message> prompt,
        List<SealableText> answers,
        List<String> eventIds,
        Instant firstEvidenceAt,
        Instant lastEvidenceAt,
        Instant servedAt,
        Encoding tokens) {

    /** Makes a prompt with its answers tokens. */
    @FunctionalInterface
    interface Encoding {
        PairEncoder.Encoded<? extends TrainingExample> of(PairEncoder encoder, Prompt prompt);
    }
}
