package dev.attune.publisher.canary;

import dev.attune.publisher.http.CallException;
import dev.attune.publisher.serving.ChatMessage;
import java.util.List;

/** Asks a served model as users do. Safe for several threads. */
@FunctionalInterface
public interface ShadowServing {

    /**
     * One attempt: that it fails is what is to be found out.
     *
     * @param number of the prompt: both versions are asked with the same seed, on the same replica
     * @return the answer's text
     */
    String ask(String servedName, List<ChatMessage> messages, int maxTokens, int number) throws CallException;
}
