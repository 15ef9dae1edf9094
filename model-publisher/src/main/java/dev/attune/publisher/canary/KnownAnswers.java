package dev.attune.publisher.canary;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which version wrote an answer, of the newest answers: two generations, of which the older is forgotten when the younger is full.
 * Feedback on what is forgotten says nothing.
 */
final class KnownAnswers {
    private final int mostInGeneration;
    private Map<String, Arm> younger = new HashMap<>();
    private Map<String, Arm> older = new HashMap<>();

    /** @param most how many are known at most */
    KnownAnswers(int most) {
        this.mostInGeneration = most / 2;
    }

    /** False where it was known: an event that was sent twice. */
    boolean add(String answerId, Arm arm) {
        if (arm(answerId) != null) {
            return false;
        }
        if (younger.size() >= mostInGeneration) {
            older = younger;
            younger = new HashMap<>();
        }
        younger.put(answerId, arm);
        return true;
    }

    @Nullable
    Arm arm(String answerId) {
        Arm arm = younger.get(answerId);
        return arm == null ? older.get(answerId) : arm;
    }
}
