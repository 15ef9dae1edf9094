package dev.attune.trainer.learner;

import dev.attune.trainer.model.ChatMessage;
import java.util.List;

/** What an answer replies to. */
public sealed interface Prompt {
    /** Text as it is; the tokenizer adds the special tokens that it adds to every text. */
    record Text(String text) implements Prompt {}

    /**
     * A conversation, written by the model's chat template up to where the assistant begins; without a template, the
     * contents joined by newlines, as text.
     */
    record Messages(List<ChatMessage> messages) implements Prompt {
        public Messages {
            messages = List.copyOf(messages);
        }
    }
}
