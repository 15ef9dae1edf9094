package dev.attune.ingest.pairing.rules;

import dev.attune.ingest.pairing.rules.AssembledPair.Origin;
import dev.attune.ingest.pairing.rules.Candidates.Candidate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides which completions of one prompt beat which. A function of the judged answers alone: it knows no time, no order
 * of arrival and nothing of what it said before.
 */
public final class PairAssembler {
    /** A candidate that the votes of everybody make a pair. */
    private record Decided(Candidate candidate, AssembledPair pair) {}

    private static final Comparator<Decided> KEPT_FIRST = Comparator.<Decided, Origin>comparing(
                    decided -> decided.pair().origin())
            .thenComparing(decided -> decided.pair().pairId());

    private final PairRules rules;

    public PairAssembler(PairRules rules) {
        this.rules = rules;
    }

    /** The pairs that hold, and what bounds held back. */
    public Assembly assemble(PromptKey prompt, Collection<JudgedAnswer> answers) {
        Map<Bound, Integer> heldBack = new EnumMap<>(Bound.class);
        Candidates candidates = Candidates.of(prompt, rules, answers);
        count(heldBack, Bound.ANSWERS_ACROSS_TURNS, candidates.leftOut());
        List<Decided> decided = new ArrayList<>();
        for (Candidate candidate : candidates.all()) {
            AssembledPair pair = decide(candidate, Set.of(), heldBack);
            if (pair != null) {
                decided.add(new Decided(candidate, pair));
            }
        }
        decided.sort(KEPT_FIRST);
        return new Assembly(withinBounds(decided, heldBack), heldBack);
    }

    private SortedMap<String, AssembledPair> withinBounds(List<Decided> decided, Map<Bound, Integer> heldBack) {
        SortedMap<String, AssembledPair> kept = new TreeMap<>();
        UserQuota quota = new UserQuota(rules);
        for (Decided one : decided) {
            if (rules.maxPairsPerPrompt() > 0 && kept.size() == rules.maxPairsPerPrompt()) {
                count(heldBack, Bound.PAIRS_PER_PROMPT, 1);
                continue;
            }
            AssembledPair pair = one.pair();
            Set<String> exhausted = quota.exhausted(pair);
            if (!exhausted.isEmpty()) {
                count(heldBack, Bound.PAIRS_PER_USER, exhausted.size());
                pair = decide(one.candidate(), exhausted, heldBack);
            }
            if (pair != null) {
                quota.use(pair);
                kept.put(pair.pairId(), pair);
            }
        }
        return kept;
    }

    /** @param silent users whose votes do not count here */
    private @Nullable AssembledPair decide(Candidate candidate, Set<String> silent, Map<Bound, Integer> heldBack) {
        JudgedAnswer one = candidate.one();
        JudgedAnswer other = candidate.other();
        Tally tally = Tally.of(one, other, rules.regenerateWeight(), silent);
        if (!tally.hasPick() && tally.originalId() == null && leaning(one) * leaning(other) >= 0) {
            return null;
        }
        boolean oneWins = tally.forOne() > tally.forOther();
        double supporting = Math.max(tally.forOne(), tally.forOther());
        double opposing = Math.min(tally.forOne(), tally.forOther());
        double strength = rules.strength(supporting, opposing);
        JudgedAnswer chosen = oneWins ? one : other;
        JudgedAnswer rejected = oneWins ? other : one;
        Bound bound = bound(chosen, rejected, tally, strength);
        if (bound != null) {
            count(heldBack, bound, 1);
            return null;
        }
        return new AssembledPair(
                candidate.pairId(),
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

    private @Nullable Bound bound(JudgedAnswer chosen, JudgedAnswer rejected, Tally tally, double strength) {
        if (chosen.textDigest().equals(rejected.textDigest())) {
            return Bound.EQUAL_TEXTS;
        }
        if (!rules.lengthsAgree(chosen.textLength(), rejected.textLength())) {
            return Bound.LENGTH_RATIO;
        }
        // Thumbs on the original can outweigh an edit, but nobody said that they like it better than the edited text.
        boolean turnedRound = chosen.completionId().equals(tally.originalId());
        return turnedRound || strength < rules.minimumStrength() ? Bound.MINIMUM_STRENGTH : null;
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

    private static void count(Map<Bound, Integer> heldBack, Bound bound, int more) {
        if (more > 0) {
            heldBack.merge(bound, more, Integer::sum);
        }
    }
}
