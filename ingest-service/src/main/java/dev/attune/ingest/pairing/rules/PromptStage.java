package dev.attune.ingest.pairing.rules;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Compares what holds of a prompt with what was last said of it, and returns what is to be said now: new pairs, revisions,
 * flips and retractions, and the same for singles.
 */
public final class PromptStage {
    private final PairRules rules;
    private final PairAssembler assembler;

    public PromptStage(PairRules rules) {
        this.rules = rules;
        this.assembler = new PairAssembler(rules);
    }

    /** @param now the newest {@code receivedAt} that was seen, never simply the wall clock */
    public PromptChanges revise(
            PromptKey prompt,
            Collection<JudgedAnswer> answers,
            Map<String, Published<AssembledPair>> publishedPairs,
            Map<String, Published<AssembledSingle>> publishedSingles,
            Instant now) {
        Assembly assembly = assembler.assemble(prompt, answers);
        SortedMap<String, AssembledPair> pairs = assembly.pairs();
        Set<String> paired = new HashSet<>();
        pairs.values().forEach(pair -> {
            paired.add(pair.chosenId());
            paired.add(pair.rejectedId());
        });
        Map<String, AssembledSingle> singles = new HashMap<>();
        Optional<Instant> nextLook = Optional.empty();
        for (JudgedAnswer answer : answers) {
            if (answer.leaning(rules.regenerateWeight()) == 0 || paired.contains(answer.completionId())) {
                continue;
            }
            Instant alone = answer.lastReceivedAt().plus(rules.partnerWait());
            Published<AssembledSingle> before = publishedSingles.get(answer.completionId());
            if ((before != null && before.active()) || !alone.isAfter(now)) {
                singles.put(answer.completionId(), single(answer));
            } else if (nextLook.isEmpty() || alone.isBefore(nextLook.get())) {
                nextLook = Optional.of(alone);
            }
        }
        return new PromptChanges(
                changes(publishedPairs, pairs), changes(publishedSingles, singles), nextLook, assembly.heldBack());
    }

    private AssembledSingle single(JudgedAnswer answer) {
        List<Verdict> evidence = answer.verdicts().stream()
                .filter(verdict -> JudgedAnswer.thumb(verdict) != 0
                        || (rules.regenerateWeight() > 0 && JudgedAnswer.isRegeneration(verdict)))
                .toList();
        double likes = answer.likes();
        double dislikes = answer.dislikes(rules.regenerateWeight());
        return new AssembledSingle(
                answer.completionId(),
                answer.modelVersion(),
                likes > dislikes,
                rules.strength(Math.max(likes, dislikes), Math.min(likes, dislikes)),
                evidence);
    }

    /** In the order of the keys, so that the same state is always said in the same order. */
    private static <T> List<Published<T>> changes(Map<String, Published<T>> before, Map<String, T> now) {
        Set<String> ids = new TreeSet<>(before.keySet());
        ids.addAll(now.keySet());
        List<Published<T>> changes = new ArrayList<>();
        for (String id : ids) {
            Published<T> change = change(before.get(id), now.get(id));
            if (change != null) {
                changes.add(change);
            }
        }
        return List.copyOf(changes);
    }

    private static <T> @Nullable Published<T> change(@Nullable Published<T> before, @Nullable T now) {
        if (before == null) {
            return now == null ? null : new Published<>(now, 1, true);
        }
        if (now == null) {
            return before.active() ? new Published<>(before.content(), before.revision() + 1, false) : null;
        }
        return before.active() && before.content().equals(now)
                ? null
                : new Published<>(now, before.revision() + 1, true);
    }
}
