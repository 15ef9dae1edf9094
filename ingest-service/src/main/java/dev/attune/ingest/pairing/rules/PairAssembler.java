package dev.attune.ingest.pairing.rules;

import dev.attune.ingest.pairing.rules.AssembledPair.Origin;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides which completions of one prompt beat which. A function of the judged answers alone: it knows no time, no order
 * of arrival and nothing of what it said before.
 */
public final class PairAssembler {
    private static final Comparator<AssembledPair> KEPT_FIRST =
            Comparator.comparing(AssembledPair::origin).thenComparing(AssembledPair::pairId);

    private final PairRules rules;

    public PairAssembler(PairRules rules) {
        this.rules = rules;
    }

    /** The pairs that hold, by pair id. */
    public SortedMap<String, AssembledPair> assemble(PromptKey prompt, Collection<JudgedAnswer> answers) {
        SortedMap<String, AssembledPair> pairs = new TreeMap<>();
        Map<String, JudgedAnswer> byId = new HashMap<>();
        answers.forEach(answer -> byId.put(answer.completionId(), answer));
        for (JudgedAnswer answer : answers) {
            for (Verdict verdict : answer.verdicts()) {
                JudgedAnswer other = verdict.otherCompletionId() == null ? null : byId.get(verdict.otherCompletionId());
                if (other != null) {
                    decide(prompt, answer, other, pairs);
                }
            }
        }
        List<JudgedAnswer> liked = byLeaning(prompt, answers, 1);
        List<JudgedAnswer> disliked = byLeaning(prompt, answers, -1);
        inTurns(prompt, liked, disliked, pairs);
        for (JudgedAnswer up : firstOf(liked)) {
            for (JudgedAnswer down : firstOf(disliked)) {
                decide(prompt, up, down, pairs);
            }
        }
        return capped(pairs);
    }

    private void inTurns(
            PromptKey prompt,
            List<JudgedAnswer> liked,
            List<JudgedAnswer> disliked,
            SortedMap<String, AssembledPair> pairs) {
        Map<String, List<JudgedAnswer>> dislikedByTurn = new HashMap<>();
        disliked.forEach(down -> dislikedByTurn
                .computeIfAbsent(down.turnId(), turn -> new ArrayList<>())
                .add(down));
        for (JudgedAnswer up : liked) {
            dislikedByTurn.getOrDefault(up.turnId(), List.of()).forEach(down -> decide(prompt, up, down, pairs));
        }
    }

    private void decide(
            PromptKey prompt, JudgedAnswer one, JudgedAnswer other, SortedMap<String, AssembledPair> pairs) {
        String pairId = StableHash.pairId(prompt, one.completionId(), other.completionId());
        if (!pairs.containsKey(pairId)) {
            AssembledPair pair = pair(pairId, one, other);
            if (pair != null) {
                pairs.put(pairId, pair);
            }
        }
    }

    private @Nullable AssembledPair pair(String pairId, JudgedAnswer one, JudgedAnswer other) {
        if (one.textDigest().equals(other.textDigest()) || !rules.lengthsAgree(one.textLength(), other.textLength())) {
            return null;
        }
        Tally tally = Tally.of(one, other, rules.regenerateWeight());
        if (!tally.hasPick() && tally.originalId() == null && leaning(one) * leaning(other) >= 0) {
            return null;
        }
        boolean oneWins = tally.forOne() > tally.forOther();
        double supporting = Math.max(tally.forOne(), tally.forOther());
        double opposing = Math.min(tally.forOne(), tally.forOther());
        double strength = rules.strength(supporting, opposing);
        JudgedAnswer chosen = oneWins ? one : other;
        // Thumbs on the original can outweigh an edit, but nobody said that they like it better than the edited text.
        if (strength < rules.minimumStrength() || chosen.completionId().equals(tally.originalId())) {
            return null;
        }
        JudgedAnswer rejected = oneWins ? other : one;
        return new AssembledPair(
                pairId,
                chosen.completionId(),
                rejected.completionId(),
                chosen.modelVersion(),
                rejected.modelVersion(),
                strength,
                supporting,
                opposing,
                origin(tally, one, other),
                tally.evidence());
    }

    private static Origin origin(Tally tally, JudgedAnswer one, JudgedAnswer other) {
        if (tally.hasPick()) {
            return Origin.PICK;
        }
        if (tally.originalId() != null) {
            return Origin.EDIT;
        }
        return one.turnId().equals(other.turnId()) ? Origin.THUMBS_IN_TURN : Origin.THUMBS_ACROSS_TURNS;
    }

    private int leaning(JudgedAnswer answer) {
        return answer.leaning(rules.regenerateWeight());
    }

    /** The answers that are liked or, with the sign −1, disliked, in the order of a stable hash. */
    private List<JudgedAnswer> byLeaning(PromptKey prompt, Collection<JudgedAnswer> answers, int sign) {
        record Ranked(String rank, JudgedAnswer answer) {}
        return answers.stream()
                .filter(answer -> leaning(answer) == sign)
                .map(answer -> new Ranked(
                        StableHash.id("across", prompt.tenant(), prompt.promptId(), answer.completionId()), answer))
                .sorted(Comparator.comparing(Ranked::rank))
                .map(Ranked::answer)
                .toList();
    }

    /** Across turns everything meets everything: this bound keeps that from being quadratic in a hot prompt. */
    private List<JudgedAnswer> firstOf(List<JudgedAnswer> answers) {
        int bound = rules.maxAcrossAnswers();
        return bound == 0 || answers.size() <= bound ? answers : answers.subList(0, bound);
    }

    private SortedMap<String, AssembledPair> capped(SortedMap<String, AssembledPair> pairs) {
        if (rules.maxPairsPerPrompt() == 0 || pairs.size() <= rules.maxPairsPerPrompt()) {
            return pairs;
        }
        SortedMap<String, AssembledPair> kept = new TreeMap<>();
        pairs.values().stream()
                .sorted(KEPT_FIRST)
                .limit(rules.maxPairsPerPrompt())
                .forEach(pair -> kept.put(pair.pairId(), pair));
        return kept;
    }
}
