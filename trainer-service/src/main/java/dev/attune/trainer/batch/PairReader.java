package dev.attune.trainer.batch;

import dev.attune.events.Message;
import dev.attune.events.PreferencePair;
import dev.attune.events.PreferenceStatus;
import dev.attune.events.SealableText;
import dev.attune.schemas.UnreadableRecordException;
import dev.attune.trainer.learner.PairEncoder;
import dev.attune.trainer.learner.Prompt;
import dev.attune.trainer.model.ChatMessage;
import dev.attune.trainer.model.ModelException;
import java.util.List;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads a record into a pair, and a pair into tokens. */
public final class PairReader {
    private final Deserializer<PreferencePair> deserializer;
    private final PairEncoder encoder;

    public PairReader(Deserializer<PreferencePair> deserializer, PairEncoder encoder) {
        this.deserializer = deserializer;
        this.encoder = encoder;
    }

    /** @param truncated the pair was longer than the limit and was cut */
    record Encoded(PendingPair pair, boolean truncated) {}

    PreferencePair read(SourceRecord source) throws UnusablePairException {
        try {
            return deserializer.deserialize(source.topic(), source.value());
        } catch (UnreadableRecordException e) {
            throw new UnusablePairException(DeadLetterReason.of(e.reason()), String.valueOf(e.getMessage()));
        }
    }

    PairKey key(PreferencePair pair) throws UnusablePairException {
        try {
            return new PairKey(pair.getTenant(), pair.getPairId());
        } catch (IllegalArgumentException e) {
            throw new UnusablePairException(DeadLetterReason.MALFORMED_PAIR, String.valueOf(e.getMessage()));
        }
    }

    Encoded encode(PreferencePair pair, PairKey key, SourceRecord source, long nowNanos) throws UnusablePairException {
        check(pair);
        PairEncoder.EncodedPair encoded = encode(pair);
        PendingPair pending = new PendingPair(
                key,
                pair.getRevision(),
                Direction.of(pair),
                encoded.pair(),
                pair.getEvidence().stream().map(vote -> vote.getEventId()).toList(),
                pair.getFirstEvidenceAt(),
                pair.getLastEvidenceAt(),
                pair.getServedAt(),
                source,
                HeldOutRule.position(pair.getTenant(), pair.getPromptId()),
                nowNanos);
        return new Encoded(pending, encoded.truncated());
    }

    private PairEncoder.EncodedPair encode(PreferencePair pair) throws UnusablePairException {
        List<ChatMessage> messages = pair.getPrompt().stream()
                .map(message ->
                        new ChatMessage(message.getRole(), message.getContent().getValue()))
                .toList();
        try {
            return encoder.encode(
                    pair.getPairId(),
                    new Prompt.Messages(messages),
                    pair.getChosen().getValue(),
                    pair.getRejected().getValue(),
                    pair.getStrength());
        } catch (ModelException e) {
            // Its message may quote the texts.
            throw new UnusablePairException(DeadLetterReason.UNENCODABLE, "the chat template refuses its prompt");
        } catch (IllegalArgumentException e) {
            throw new UnusablePairException(DeadLetterReason.UNENCODABLE, "its prompt has no tokens");
        }
    }

    private static void check(PreferencePair pair) throws UnusablePairException {
        if (pair.getStatus() == PreferenceStatus.UNKNOWN) {
            throw new UnusablePairException(
                    DeadLetterReason.MALFORMED_PAIR, "its status is not one that this trainer knows");
        }
        double strength = pair.getStrength();
        if (!(strength > 0 && strength <= 1)) {
            throw new UnusablePairException(
                    DeadLetterReason.MALFORMED_PAIR, "its strength must be above 0 and at most 1, but is " + strength);
        }
        if (isSealed(pair.getChosen())
                || isSealed(pair.getRejected())
                || pair.getPrompt().stream().map(Message::getContent).anyMatch(PairReader::isSealed)) {
            throw new UnusablePairException(DeadLetterReason.SEALED_TEXT, "a text is sealed");
        }
        if (pair.getPrompt().stream()
                .allMatch(message -> message.getContent().getValue().isEmpty())) {
            throw new UnusablePairException(DeadLetterReason.EMPTY_PROMPT, "its prompt has no text");
        }
    }

    private static boolean isSealed(SealableText text) {
        return text.getSealed() != null;
    }
}
