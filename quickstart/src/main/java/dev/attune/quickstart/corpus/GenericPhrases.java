package dev.attune.quickstart.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Replaces the phrases in slots by the slots' generic ones: "Order 4821 is late." becomes "Your order is late." */
final class GenericPhrases {
    private final List<Rule> rules = new ArrayList<>();

    private record Rule(Pattern phrase, String generic) {
        String apply(String sentence) {
            return phrase.matcher(sentence).replaceAll(this::replacement);
        }

        private String replacement(MatchResult match) {
            return match.start() == 0 ? Sentences.capitalised(generic) : generic;
        }
    }

    /** Replaces every phrase of the corpus. */
    GenericPhrases(SupportCorpus corpus) {
        for (SlotValues values : corpus.slots().values()) {
            add(values, values.pattern());
        }
    }

    /** Replaces one question's phrases only. */
    GenericPhrases(SupportCorpus corpus, Map<Slot, String> phrases) {
        phrases.forEach((slot, phrase) -> {
            SlotValues values = corpus.slots().get(slot);
            if (values != null) {
                add(values, SlotValues.anyOf(Stream.of(phrase), ""));
            }
        });
    }

    private void add(SlotValues values, Pattern phrase) {
        // A generic phrase that is empty takes the comma before it with it.
        Pattern replaced = values.generic().isEmpty() ? Pattern.compile(", " + phrase.pattern()) : phrase;
        rules.add(new Rule(replaced, values.generic()));
    }

    String in(String sentence) {
        String text = sentence;
        for (Rule rule : rules) {
            text = rule.apply(text);
        }
        return text;
    }
}
