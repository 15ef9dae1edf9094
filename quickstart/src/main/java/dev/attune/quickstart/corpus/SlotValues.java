package dev.attune.quickstart.corpus;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The phrases that fill a slot.
 *
 * @param generic what an answer says when its question did not name the slot; empty for nothing
 * @param values phrases of the training questions
 * @param heldOut phrases that no training question contains; without them the numbers alone tell the sets apart
 * @param numbers numbers that follow a phrase ({@code order 4821}); null for none
 */
record SlotValues(
        String generic,
        @JsonProperty(required = true) List<String> values,
        @Nullable List<String> heldOut,
        @Nullable Numbers numbers) {

    SlotValues {
        values = List.copyOf(values);
        heldOut = heldOut == null ? List.of() : List.copyOf(heldOut);
        if (values.isEmpty() || (heldOut.isEmpty() && numbers == null)) {
            throw new IllegalArgumentException("a slot needs values, and held-out values or numbers");
        }
    }

    /** Inclusive bounds; the multiples of {@code heldOutEvery} are held out: no rule that a model sees in their digits. */
    record Numbers(int first, int last, int heldOutEvery) {

        int draw(RandomGenerator random, boolean heldOut) {
            while (true) {
                int number = random.nextInt(first, last + 1);
                if ((number % heldOutEvery == 0) == heldOut) {
                    return number;
                }
            }
        }

        String pattern() {
            return " \\d{%d,%d}".formatted(digits(first), digits(last));
        }

        private static int digits(int number) {
            return Integer.toString(number).length();
        }
    }

    String draw(RandomGenerator random, boolean fromHeldOut) {
        List<String> phrases = fromHeldOut && heldOut != null && !heldOut.isEmpty() ? heldOut : values;
        String phrase = Draw.any(phrases, random);
        return numbers == null ? phrase : phrase + " " + numbers.draw(random, fromHeldOut);
    }

    /** Matches every phrase of this slot. */
    Pattern pattern() {
        Stream<String> phrases = Stream.concat(values.stream(), heldOut == null ? Stream.of() : heldOut.stream());
        return anyOf(phrases, numbers == null ? "" : numbers.pattern());
    }

    /** Matches any of the phrases, the longest first ("desk lamp" before "lamp"), capitalised ones too. */
    static Pattern anyOf(Stream<String> phrases, String endPattern) {
        String alternatives = phrases.flatMap(phrase -> Stream.of(phrase, Sentences.capitalised(phrase)))
                .distinct()
                .sorted(Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()))
                .map(Pattern::quote)
                .collect(Collectors.joining("|"));
        return Pattern.compile("\\b(?:" + alternatives + ")" + endPattern + "\\b");
    }
}
