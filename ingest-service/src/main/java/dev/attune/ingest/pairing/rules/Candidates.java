package dev.attune.ingest.pairing.rules;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which two answers of a prompt may be a pair: those that somebody compared, and every liked one with every disliked one. */
final class Candidates {
    /** Two answers that are to be looked at. */
    record Candidate(String pairId, JudgedAnswer one, JudgedAnswer other) {}

    private final PromptKey prompt;
    private final PairRules rules;
    private final SortedMap<String, Candidate> found = new TreeMap<>();
    private int leftOut;

    private Candidates(PromptKey prompt, PairRules rules) {
        this.prompt = prompt;
        this.rules = rules;
    }

    static Candidates of(PromptKey prompt, PairRules rules, Collection<JudgedAnswer> answers) {
        Candidates candidates = new Candidates(prompt, rules);
        candidates.compared(answers);
        List<JudgedAnswer> liked = candidates.byLeaning(answers, 1);
        List<JudgedAnswer> disliked = candidates.byLeaning(answers, -1);
        candidates.inTurns(liked, disliked);
        candidates.acrossTurns(liked, disliked);
        return candidates;
    }

    /** By pair id. */
    Collection<Candidate> all() {
        return found.values();
    }

    /** The answers that met nobody across turns. */
    int leftOut() {
        return leftOut;
    }

    private void compared(Collection<JudgedAnswer> answers) {
        Map<String, JudgedAnswer> byId = new HashMap<>();
        answers.forEach(answer -> byId.put(answer.completionId(), answer));
        for (JudgedAnswer answer : answers) {
            for (Verdict verdict : answer.verdicts()) {
                JudgedAnswer other = verdict.otherCompletionId() == null ? null : byId.get(verdict.otherCompletionId());
                if (other != null && verdict.allowTraining()) {
                    add(answer, other);
                }
            }
        }
    }

    private void inTurns(List<JudgedAnswer> liked, List<JudgedAnswer> disliked) {
        Map<String, List<JudgedAnswer>> dislikedByTurn = new HashMap<>();
        disliked.forEach(down -> dislikedByTurn
                .computeIfAbsent(down.turnId(), turn -> new ArrayList<>())
                .add(down));
        for (JudgedAnswer up : liked) {
            dislikedByTurn.getOrDefault(up.turnId(), List.of()).forEach(down -> add(up, down));
        }
    }

    /** Everything meets everything: the bound keeps that from being quadratic in a hot prompt. */
    private void acrossTurns(List<JudgedAnswer> liked, List<JudgedAnswer> disliked) {
        for (JudgedAnswer up : firstOf(liked)) {
            for (JudgedAnswer down : firstOf(disliked)) {
                add(up, down);
            }
        }
    }

    /** All, or those with the lowest stable hashes. */
    private List<JudgedAnswer> firstOf(List<JudgedAnswer> answers) {
        int bound = rules.maxAcrossAnswers();
        if (bound == 0 || answers.size() <= bound) {
            return answers;
        }
        record Ranked(String rank, JudgedAnswer answer) {}
        leftOut += answers.size() - bound;
        return answers.stream()
                .map(answer -> new Ranked(rank(answer), answer))
                .sorted(Comparator.comparing(Ranked::rank))
                .limit(bound)
                .map(Ranked::answer)
                .toList();
    }

    private void add(JudgedAnswer one, JudgedAnswer other) {
        String pairId = StableHash.pairId(prompt, one.completionId(), other.completionId());
        found.putIfAbsent(pairId, new Candidate(pairId, one, other));
    }

    private List<JudgedAnswer> byLeaning(Collection<JudgedAnswer> answers, int sign) {
        List<JudgedAnswer> leaning = new ArrayList<>();
        for (JudgedAnswer answer : answers) {
            if (answer.leaning(rules.regenerateWeight()) == sign) {
                leaning.add(answer);
            }
        }
        return leaning;
    }

    private String rank(JudgedAnswer answer) {
        return StableHash.id("across", prompt.tenant(), prompt.promptId(), answer.completionId());
    }
}
