package dev.attune.trainer.batch;

import dev.attune.events.Message;
import dev.attune.events.PreferenceStatus;
import dev.attune.events.SealableText;
import dev.attune.trainer.learner.PairEncoder;
import dev.attune.trainer.learner.Prompt;
import dev.attune.trainer.learner.TrainingExample;
import dev.attune.trainer.model.ChatMessage;
import dev.attune.trainer.model.ModelException;
import java.util.List;
import java.util.stream.Stream;

/** Makes what a record says an example to be trained, or refuses it with the reason. */
public final class PreferenceEncoder {
    private final PairEncoder encoder;

    public PreferenceEncoder(PairEncoder encoder) {
        this.encoder = encoder;
    }

    /** @param truncated it was longer than the limit and was cut */
    record Encoded(PendingExample example, boolean truncated) {}

    ExampleKey key(Preference preference) throws UnusableExampleException {
        try {
            return new ExampleKey(preference.tenant(), preference.id());
        } catch (IllegalArgumentException e) {
            throw new UnusableExampleException(DeadLetterReason.MALFORMED_RECORD, String.valueOf(e.getMessage()));
        }
    }

    Encoded encode(Preference preference, ExampleKey key, SourceRecord source, long nowNanos)
            throws UnusableExampleException {
        check(preference);
        PairEncoder.Encoded<? extends TrainingExample> encoded = encode(preference);
        PendingExample pending = new PendingExample(
                key,
                preference.revision(),
                preference.direction(),
                encoded.example(),
                preference.eventIds(),
                preference.firstEvidenceAt(),
                preference.lastEvidenceAt(),
                preference.servedAt(),
                source,
                HeldOutRule.position(preference.tenant(), preference.promptId()),
                nowNanos);
        return new Encoded(pending, encoded.truncated());
    }

    private PairEncoder.Encoded<? extends TrainingExample> encode(Preference preference)
            throws UnusableExampleException {
        List<ChatMessage> messages = preference.prompt().stream()
                .map(message ->
                        new ChatMessage(message.getRole(), message.getContent().getValue()))
                .toList();
        try {
            return preference.tokens().of(encoder, new Prompt.Messages(messages));
        } catch (ModelException e) {
            // Its message may quote the texts.
            throw new UnusableExampleException(DeadLetterReason.UNENCODABLE, "the chat template refuses its prompt");
        } catch (IllegalArgumentException e) {
            throw new UnusableExampleException(DeadLetterReason.UNENCODABLE, "its prompt has no tokens");
        }
    }

    private static void check(Preference preference) throws UnusableExampleException {
        if (preference.status() == PreferenceStatus.UNKNOWN) {
            throw new UnusableExampleException(
                    DeadLetterReason.MALFORMED_RECORD, "its status is not one that this trainer knows");
        }
        double strength = preference.strength();
        if (!(strength > 0 && strength <= 1)) {
            throw new UnusableExampleException(
                    DeadLetterReason.MALFORMED_RECORD,
                    "its strength must be above 0 and at most 1, but is " + strength);
        }
        Stream<SealableText> texts = Stream.concat(
                preference.answers().stream(), preference.prompt().stream().map(Message::getContent));
        if (texts.anyMatch(text -> text.getSealed() != null)) {
            throw new UnusableExampleException(DeadLetterReason.SEALED_TEXT, "a text is sealed");
        }
        if (preference.prompt().stream()
                .allMatch(message -> message.getContent().getValue().isEmpty())) {
            throw new UnusableExampleException(DeadLetterReason.EMPTY_PROMPT, "its prompt has no text");
        }
    }
}
