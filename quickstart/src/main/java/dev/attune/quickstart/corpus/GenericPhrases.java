package dev.attune.quickstart.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

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

    GenericPhrases(SupportCorpus corpus) {
        for (SlotValues values : corpus.slots().values()) {
            // A generic phrase that is empty takes the comma before it with it.
            Pattern phrase = values.generic().isEmpty()
                    ? Pattern.compile(", " + values.pattern().pattern())
                    : values.pattern();
            rules.add(new Rule(phrase, values.generic()));
        }
    }

    String in(String sentence) {
        String text = sentence;
        for (Rule rule : rules) {
            text = rule.apply(text);
        }
        return text;
    }
}
