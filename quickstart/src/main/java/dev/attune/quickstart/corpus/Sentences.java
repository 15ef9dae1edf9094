package dev.attune.quickstart.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Splits an answer into its sentences and numbered lines. */
final class Sentences {
    private static final Pattern NUMBERED_LINE = Pattern.compile("(\\d{1,3})\\. (.+)");
    private static final Pattern LINE_END = Pattern.compile("\n");
    private static final Pattern SENTENCE_END = Pattern.compile("(?<=[.?!:]) ");

    private Sentences() {}

    /** One sentence; {@code number} is 0 where it does not stand on a numbered line. */
    record Sentence(int number, String text) {}

    static List<Sentence> of(String answer) {
        List<Sentence> sentences = new ArrayList<>();
        for (String line : LINE_END.split(answer, -1)) {
            Matcher numbered = NUMBERED_LINE.matcher(line);
            if (numbered.matches()) {
                sentences.add(new Sentence(Integer.parseInt(numbered.group(1)), numbered.group(2)));
            } else {
                for (String sentence : SENTENCE_END.split(line, -1)) {
                    sentences.add(new Sentence(0, sentence));
                }
            }
        }
        return sentences;
    }

    static String capitalised(String sentence) {
        return sentence.isEmpty() ? sentence : Character.toUpperCase(sentence.charAt(0)) + sentence.substring(1);
    }

    static String uncapitalised(String sentence) {
        return sentence.isEmpty() ? sentence : Character.toLowerCase(sentence.charAt(0)) + sentence.substring(1);
    }
}
