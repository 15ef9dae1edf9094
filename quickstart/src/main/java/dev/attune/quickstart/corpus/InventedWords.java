package dev.attune.quickstart.corpus;

import java.util.List;
import java.util.random.RandomGenerator;

/** Words that mean nothing ("drelon", "Vastu"): they stand for all the words that a model will not know. */
final class InventedWords {
    private static final double SHARE_BEFORE_REAL_WORD = 0.3;
    private static final int MOST_SYLLABLES = 3;
    private static final List<String> ONSETS = List.of(
            "b", "c", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "z", "br", "ch", "cl",
            "dr", "fl", "gr", "ph", "pl", "pr", "sc", "sh", "st", "tr");
    private static final List<String> VOWELS = List.of("a", "e", "i", "o", "u", "ai", "ea", "io", "oo", "ou");
    private static final List<String> CODAS = List.of("", "", "", "", "l", "m", "n", "ng", "r", "rt", "s", "t", "x");

    private InventedWords() {}

    /** A phrase in place of a real one, with a capital where the real one has it; sometimes before its last word. */
    static String like(String phrase, RandomGenerator random) {
        String word = word(random);
        if (Character.isUpperCase(phrase.charAt(0))) {
            return Sentences.capitalised(word);
        }
        boolean before = random.nextDouble() < SHARE_BEFORE_REAL_WORD;
        return before ? word + " " + phrase.substring(phrase.lastIndexOf(' ') + 1) : word;
    }

    private static String word(RandomGenerator random) {
        int syllables = random.nextInt(1, MOST_SYLLABLES + 1);
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < syllables; i++) {
            word.append(Draw.any(ONSETS, random))
                    .append(Draw.any(VOWELS, random))
                    .append(Draw.any(CODAS, random));
        }
        return word.toString();
    }
}
