package dev.attune.ingest.pairing.rules;

import dev.attune.ingest.pairing.rules.NoPair.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Says why there is no pair: the first question of everybody who gave feedback and sees none. */
public final class PairExplanation {
    private final PairRules rules;

    public PairExplanation(PairRules rules) {
        this.rules = rules;
    }

    /**
     * The answers that are no pair, at most {@code limit} of them.
     *
     * @param held the ids of the pairs that hold
     * @param pending whether changes of the prompt have not gone out yet
     */
    public List<NoPair> explain(
            PromptKey prompt, List<JudgedAnswer> answers, Set<String> held, boolean pending, int limit) {
        if (answers.isEmpty()) {
            return List.of(
                    new NoPair(List.of(), Reason.NO_JUDGED_COMPLETION, "no completion of this prompt has a vote"));
        }
        if (answers.size() == 1) {
            return List.of(new NoPair(
                    List.of(answers.getFirst().completionId()),
                    Reason.ONLY_ONE_JUDGED_COMPLETION,
                    "only one completion of this prompt has a vote, and a pair needs two; alone it becomes a single after "
                            + rules.partnerWait()));
        }
        List<NoPair> none = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            for (int j = i + 1; j < answers.size() && none.size() < limit; j++) {
                JudgedAnswer one = answers.get(i);
                JudgedAnswer other = answers.get(j);
                if (!held.contains(StableHash.pairId(prompt, one.completionId(), other.completionId()))) {
                    none.add(explain(one, other, pending));
                }
            }
        }
        return List.copyOf(none);
    }

    private NoPair explain(JudgedAnswer one, JudgedAnswer other, boolean pending) {
        List<String> ids = List.of(one.completionId(), other.completionId());
        if (one.textDigest().equals(other.textDigest())) {
            return new NoPair(ids, Reason.EQUAL_TEXTS, "the two texts are equal");
        }
        if (!rules.lengthsAgree(one.textLength(), other.textLength())) {
            return new NoPair(
                    ids,
                    Reason.LENGTH_RATIO,
                    String.format(
                            Locale.ROOT,
                            "lengths %d and %d: one is more than %s times the other (rules.maxLengthRatio)",
                            one.textLength(),
                            other.textLength(),
                            rules.maxLengthRatio()));
        }
        Tally tally = Tally.of(one, other, rules.regenerateWeight());
        if (!tally.hasPick() && tally.originalId() == null && leaning(one) * leaning(other) >= 0) {
            return noPreference(ids, one, other);
        }
        double supporting = Math.max(tally.forOne(), tally.forOther());
        double opposing = Math.min(tally.forOne(), tally.forOther());
        double strength = rules.strength(supporting, opposing);
        if (strength < rules.minimumStrength()) {
            return new NoPair(
                    ids,
                    Reason.STRENGTH_BELOW_MINIMUM,
                    String.format(
                            Locale.ROOT,
                            "%s for, %s against: strength %.3f is below the minimum of %s (rules.minimumStrength)",
                            supporting,
                            opposing,
                            strength,
                            rules.minimumStrength()));
        }
        String chosenId = tally.forOne() > tally.forOther() ? one.completionId() : other.completionId();
        if (chosenId.equals(tally.originalId())) {
            return new NoPair(
                    ids,
                    Reason.ORIGINAL_PREFERRED,
                    "thumbs on the original outweigh the edit of it: neither is chosen");
        }
        return pending
                ? new NoPair(ids, Reason.NOT_YET, "they make a pair, which goes out after the quiet period")
                : new NoPair(
                        ids, Reason.CAP, "they would make a pair, but others of this prompt come first (the caps)");
    }

    private NoPair noPreference(List<String> ids, JudgedAnswer one, JudgedAnswer other) {
        if (isSilent(one) || isSilent(other)) {
            return new NoPair(
                    ids,
                    Reason.NOT_FOR_TRAINING,
                    "all votes on " + (isSilent(one) ? one : other).completionId() + " are marked as not for training");
        }
        return new NoPair(
                ids,
                Reason.NO_PREFERENCE,
                "nobody preferred one of them, and they are " + leaningWord(one) + " and " + leaningWord(other));
    }

    private static boolean isSilent(JudgedAnswer answer) {
        return !answer.verdicts().isEmpty() && answer.verdicts().stream().noneMatch(Verdict::allowTraining);
    }

    private int leaning(JudgedAnswer answer) {
        return answer.leaning(rules.regenerateWeight());
    }

    private String leaningWord(JudgedAnswer answer) {
        int leaning = leaning(answer);
        return leaning > 0 ? "liked" : leaning < 0 ? "disliked" : "neither liked nor disliked";
    }
}
