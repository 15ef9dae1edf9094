package dev.attune.quickstart.corpus;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * One thing that customers ask for. All texts are templates with {@link Slot} placeholders.
 *
 * @param id its name in the corpus file
 * @param questions paraphrases of the question for pre-training
 * @param heldOut paraphrases that pre-training never sees
 * @param answer the terse answer
 * @param steps what to do, 3 to 5 imperatives without a full stop
 */
public record Intent(
        @JsonProperty(required = true) String id,
        @JsonProperty(required = true) List<String> questions,
        @JsonProperty(required = true) List<String> heldOut,
        @JsonProperty(required = true) String answer,
        @JsonProperty(required = true) List<String> steps) {

    public Intent {
        questions = List.copyOf(questions);
        heldOut = List.copyOf(heldOut);
        steps = List.copyOf(steps);
        if (questions.isEmpty() || heldOut.isEmpty()) {
            throw new IllegalArgumentException("intent " + id + " needs questions and heldOut questions");
        }
        if (steps.size() < 3 || steps.size() > 5) {
            throw new IllegalArgumentException("intent " + id + " needs 3 to 5 steps but has " + steps.size());
        }
    }
}
