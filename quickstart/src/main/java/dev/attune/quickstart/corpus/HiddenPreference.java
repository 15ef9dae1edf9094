package dev.attune.quickstart.corpus;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the simulated users like: a polite answer, step by step, without rambling. It is hidden from the model, which
 * only sees what users pick. A pure function of texts that looks at style alone: broken sentences can please it, which
 * is why releases are gated on more than preference.
 */
public final class HiddenPreference {
    private static final Pattern NUMBERED_LINE = Pattern.compile("(?m)^\\d{1,3}\\. ");
    private static final int RAMBLING_COSTS = 2;

    private final Pattern polite;
    private final Pattern rambling;

    /** How two answers compare. */
    public enum Choice {
        FIRST,
        SECOND,
        TIE
    }

    /** Knows the words of the given corpus. */
    public HiddenPreference(SupportCorpus corpus) {
        this.polite = anyWord(corpus.preference().polite());
        this.rambling = anyWord(corpus.preference().ramble());
    }

    /** Whether a user gives this answer a thumb up. */
    public boolean likes(String answer) {
        return isPolite(answer) && isStepByStep(answer) && !isRambling(answer);
    }

    /** Which of two answers a user picks. */
    public Choice compare(String first, String second) {
        int difference = Integer.compare(score(first), score(second));
        if (difference == 0) {
            return Choice.TIE;
        }
        return difference > 0 ? Choice.FIRST : Choice.SECOND;
    }

    /** From -2 (rambling only) to 2 (polite steps): one for being polite, one for steps, two off for rambling. */
    public int score(String answer) {
        return (isPolite(answer) ? 1 : 0) + (isStepByStep(answer) ? 1 : 0) - (isRambling(answer) ? RAMBLING_COSTS : 0);
    }

    private boolean isPolite(String answer) {
        return polite.matcher(answer).find();
    }

    private boolean isRambling(String answer) {
        return rambling.matcher(answer).find();
    }

    private static boolean isStepByStep(String answer) {
        return NUMBERED_LINE.matcher(answer).results().limit(2).count() == 2;
    }

    private static Pattern anyWord(List<String> words) {
        String alternatives = words.stream()
                .map(word -> Pattern.quote(word.toLowerCase(Locale.ROOT)))
                .collect(Collectors.joining("|"));
        return Pattern.compile("\\b(?:" + alternatives + ")\\b", Pattern.CASE_INSENSITIVE);
    }
}
