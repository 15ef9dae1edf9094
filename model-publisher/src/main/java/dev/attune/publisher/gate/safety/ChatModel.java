package dev.attune.publisher.gate.safety;

import dev.attune.publisher.http.CallException;
import dev.attune.publisher.serving.ChatMessage;
import java.util.List;

/** Puts a conversation to what is served. */
@FunctionalInterface
public interface ChatModel {

    /**
     * What is asked.
     *
     * @param number counts the questions of a round from 0, so that they can be spread over replicas
     * @param model the served name
     * @param temperature 0: the most likely token each time
     * @param seed of the sampling
     */
    record Question(
            int number, String model, List<ChatMessage> messages, int maxTokens, double temperature, long seed) {}

    /** The answer's text. */
    String answer(Question question) throws CallException;
}
