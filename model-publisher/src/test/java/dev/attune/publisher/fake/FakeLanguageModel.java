package dev.attune.publisher.fake;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A language model small enough to be a table: the next token depends on the last one. An adapter of strength s adds s times
 * a fixed direction to the logits, so that everything an adapter changes is exact and repeatable. Token 0 ends an answer.
 */
public final class FakeLanguageModel {

    static final int VOCABULARY = 16;
    static final int END = 0;

    private FakeLanguageModel() {}

    /** Log-probabilities of {@code tokens[1..]}, in nats. */
    public static List<Double> logps(List<Integer> tokens, double strength) {
        List<Double> logps = new ArrayList<>();
        for (int i = 1; i < tokens.size(); i++) {
            logps.add(distribution(tokens.get(i - 1), strength)[tokens.get(i)]);
        }
        return logps;
    }

    /** Samples at temperature 1 until the end token, which is included, or {@code maxTokens}. */
    static List<Integer> sample(List<Integer> prompt, double strength, int maxTokens, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Integer> answer = new ArrayList<>();
        int last = prompt.getLast();
        while (answer.size() < maxTokens && (answer.isEmpty() || last != END)) {
            last = draw(distribution(last, strength), random.nextDouble());
            answer.add(last);
        }
        return answer;
    }

    /** A prompt has one token a character, never the end token. */
    static List<Integer> tokenize(String text) {
        return text.chars().map(c -> c % (VOCABULARY - 1) + 1).boxed().toList();
    }

    static String text(List<Integer> tokens) {
        StringBuilder text = new StringBuilder();
        tokens.stream().filter(token -> token != END).forEach(token -> text.append((char) ('a' + token)));
        return text.toString();
    }

    /** Log-probability of each next token. */
    private static double[] distribution(int last, double strength) {
        double[] logits = new double[VOCABULARY];
        double sum = 0;
        for (int next = 0; next < VOCABULARY; next++) {
            logits[next] = entry(last, next, 1) + strength * entry(last, next, 2);
            sum += Math.exp(logits[next]);
        }
        for (int next = 0; next < VOCABULARY; next++) {
            logits[next] -= Math.log(sum);
        }
        return logits;
    }

    /** A fixed number between -1 and 1. */
    private static double entry(int last, int next, int table) {
        return new SplittableRandom((table * 1_000L + last) * 1_000L + next).nextDouble(-1, 1);
    }

    private static int draw(double[] logps, double point) {
        double sum = 0;
        for (int token = 0; token < logps.length; token++) {
            sum += Math.exp(logps[token]);
            if (point < sum) {
                return token;
            }
        }
        return logps.length - 1;
    }
}
