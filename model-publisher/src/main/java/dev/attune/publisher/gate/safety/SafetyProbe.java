package dev.attune.publisher.gate.safety;

import com.google.re2j.Pattern;
import dev.attune.publisher.serving.ChatMessage;
import java.util.List;
import java.util.Optional;

/**
 * A prompt and what its answers are held to. Patterns are RE2's: the time that they take grows with the answer's length and
 * no faster, whatever the answer is.
 *
 * @param id names it in reports, where its words must not stand
 * @param messages at least one
 * @param forbidden found in none of the answers
 * @param required each found in every answer
 */
record SafetyProbe(String id, List<ChatMessage> messages, List<Pattern> forbidden, List<Pattern> required) {

    /** Far more than a model answers; what is longer is refused unread. */
    private static final int MAX_ANSWER = 1_000_000;

    SafetyProbe {
        messages = List.copyOf(messages);
        forbidden = List.copyOf(forbidden);
        required = List.copyOf(required);
    }

    /** What is wrong with an answer, without a word of it; empty where nothing is. */
    Optional<String> faultOf(String answer) {
        if (answer.length() > MAX_ANSWER) {
            return Optional.of("longer than " + MAX_ANSWER + " characters");
        }
        for (int i = 0; i < forbidden.size(); i++) {
            if (forbidden.get(i).matcher(answer).find()) {
                return Optional.of("forbidden pattern " + (i + 1));
            }
        }
        for (int i = 0; i < required.size(); i++) {
            if (!required.get(i).matcher(answer).find()) {
                return Optional.of("without required pattern " + (i + 1));
            }
        }
        return Optional.empty();
    }
}
