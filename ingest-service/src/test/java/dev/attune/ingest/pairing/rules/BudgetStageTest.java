package dev.attune.ingest.pairing.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.ingest.pairing.rules.AssembledPair.Origin;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class BudgetStageTest {
    private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");
    private static final Duration DAY = Duration.ofHours(24);
    private static final BudgetRules TWO_A_USER = new BudgetRules(DAY, 2, 0);
    private static final int REVISIONS = 600;
    private static final List<Origin> ORIGINS = List.of(Origin.values());

    private final MapBudgetMemory memory = new MapBudgetMemory();
    private final Map<String, PairRevision> newest = new TreeMap<>();
    private final Map<String, Published<String>> sent = new TreeMap<>();
    private final List<String> log = new ArrayList<>();

    @Test
    void theFirstPairsOfAUserGoOutAndTheNextFollowsWhenOneGoes() {
        BudgetStage stage = new BudgetStage(TWO_A_USER, memory);

        for (String pair : List.of("c", "d", "a", "b")) {
            revise(stage, active(pair, Origin.PICK, Map.of("ann", NOON)));
        }
        revise(stage, retracted("a"));

        // c and d go out; a takes the place of d, b that of c; when a goes, c comes back.
        assertThat(log)
                .containsExactly(
                        "acme/c 1 out",
                        "acme/d 1 out",
                        "acme/a 1 out",
                        "acme/d 2 back",
                        "acme/b 1 out",
                        "acme/c 2 back",
                        "acme/a 2 back",
                        "acme/c 3 out");
    }

    @Test
    void aStrongerOriginIsKeptFirst() {
        BudgetStage stage = new BudgetStage(new BudgetRules(DAY, 0, 1), memory);

        revise(stage, active("a", Origin.THUMBS_IN_TURN, Map.of("ann", NOON)));
        revise(stage, active("b", Origin.EDIT, Map.of("bob", NOON)));
        BudgetChanges changes = stage.revise(active("c", Origin.THUMBS_ACROSS_TURNS, Map.of("cy", NOON)));

        assertThat(out()).containsExactly("acme/b");
        assertThat(changes.heldBack()).containsExactly(Map.entry(Bound.TENANT_BUDGET, 1));
        assertThat(changes.keptOut()).isEqualTo(1);
        assertThat(Rank.of(Origin.PICK, "z")).isLessThan(Rank.of(Origin.EDIT, "a"));
        assertThat(Rank.of(Origin.THUMBS_IN_TURN, "z")).isLessThan(Rank.of(Origin.THUMBS_ACROSS_TURNS, "a"));
    }

    @Test
    void aVoteOfAnotherWindowCountsThere() {
        BudgetStage stage = new BudgetStage(new BudgetRules(DAY, 1, 0), memory);
        revise(stage, active("a", Origin.PICK, Map.of("ann", NOON)));
        revise(stage, active("b", Origin.PICK, Map.of("ann", NOON)));
        assertThat(out()).containsExactly("acme/a");

        // Ann votes on a again the next day: only evidence changes, and b has the place of the first day.
        revise(stage, active("a", Origin.PICK, Map.of("ann", NOON.plus(DAY))));

        assertThat(out()).containsExactly("acme/a", "acme/b");
    }

    @Test
    void aUserWhoHasNoPlaceKeepsOutThePairOfOthersToo() {
        BudgetStage stage = new BudgetStage(new BudgetRules(DAY, 1, 0), memory);
        revise(stage, active("a", Origin.PICK, Map.of("ann", NOON)));
        revise(stage, active("b", Origin.PICK, Map.of("ann", NOON, "bob", NOON)));
        revise(stage, active("c", Origin.PICK, Map.of("bob", NOON)));

        // b is second of ann's. It holds bob's first place all the same: no scope looks at another.
        assertThat(out()).containsExactly("acme/a");
        assertThat(memory.pairs.get("acme/b").keptOut()).containsExactly(BudgetScope.Kind.USER);

        revise(stage, active("b", Origin.PICK, Map.of("bob", NOON)));
        assertThat(out()).containsExactly("acme/a", "acme/b");
    }

    @Test
    void revisionsThatWentOutBeforeTheBudgetsWereOnAreNumberedOnAndTakenBack() {
        BudgetStage stage = new BudgetStage(new BudgetRules(DAY, 1, 0), memory);
        revise(stage, active("a", Origin.PICK, Map.of("ann", NOON)));
        newest.put("acme/b", retractedOf("acme/b", 6));

        revise(stage, active("b", Origin.PICK, Map.of("ann", NOON)));

        assertThat(log).containsExactly("acme/a 1 out", "acme/b 7 back");
    }

    @Test
    void anEarlierRevisionIsNoNews() {
        BudgetStage stage = new BudgetStage(TWO_A_USER, memory);
        PairRevision revision = active("a", Origin.PICK, Map.of("ann", NOON));
        revise(stage, revision);

        assertThat(stage.isNew(revision)).isFalse();
        assertThat(stage.isNew(active("a", Origin.PICK, Map.of("ann", NOON)))).isTrue();
    }

    @Test
    void whatIsOutIsWhatSortingWouldTake() {
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            BudgetRules rules = new BudgetRules(DAY, random.nextInt(4), random.nextInt(8));
            new BudgetStageTest().history(random, rules, seed);
        }
    }

    @Test
    void aRaisedOrLoweredBoundHoldsForAWindowFromItsNextChange() {
        BudgetStage few = new BudgetStage(new BudgetRules(DAY, 1, 0), memory);
        for (String pair : List.of("a", "b", "c", "d", "e")) {
            revise(few, active(pair, Origin.PICK, Map.of("ann", NOON)));
        }
        BudgetStage more = new BudgetStage(new BudgetRules(DAY, 4, 0), memory);
        revise(more, active("f", Origin.PICK, Map.of("ann", NOON)));
        assertThat(out()).containsExactly("acme/a", "acme/b", "acme/c", "acme/d");

        revise(few, retracted("b"));
        assertThat(out()).containsExactly("acme/a");
    }

    private void history(Random random, BudgetRules rules, int seed) {
        BudgetStage stage = new BudgetStage(rules, memory);
        int keptOut = 0;
        for (int i = 0; i < REVISIONS; i++) {
            String pair = "p" + random.nextInt(40);
            memory.takeLookUps();
            PairRevision revision = random.nextInt(4) == 0 ? retracted(pair) : randomlyActive(random, pair);
            keptOut += revise(stage, revision).keptOut();
            // At most two scopes left and three entered (tenant, users), each with two look-ups at a boundary.
            assertThat(memory.takeLookUps()).isLessThanOrEqualTo(2 * 2 * 4);
            if (i % 20 == 0) {
                assertThat(out()).as("seed %d after %d", seed, i).isEqualTo(sorted(rules));
            }
        }
        assertThat(out()).as("seed %d", seed).isEqualTo(sorted(rules));
        long holding = newest.values().stream().filter(PairRevision::active).count();
        assertThat(keptOut).isEqualTo((int) holding - out().size());
    }

    private PairRevision randomlyActive(Random random, String pair) {
        Map<String, Instant> users = new HashMap<>();
        for (int i = 0; i <= random.nextInt(3); i++) {
            users.put("u" + random.nextInt(4), NOON.plus(DAY.multipliedBy(random.nextInt(3))));
        }
        return active(pair, ORIGINS.get(random.nextInt(ORIGINS.size())), users);
    }

    /** The rule, slow and obvious. */
    private Set<String> sorted(BudgetRules rules) {
        List<PairRevision> holding = newest.values().stream()
                .filter(PairRevision::active)
                .sorted(Comparator.comparing(PairRevision::origin).thenComparing(PairRevision::pairKey))
                .toList();
        Map<String, Integer> used = new HashMap<>();
        Set<String> out = new TreeSet<>();
        for (PairRevision pair : holding) {
            Instant last = pair.newestByUser().values().stream()
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
            boolean goes = take(used, "tenant " + day(last), rules.maxPairsPerTenant());
            for (Map.Entry<String, Instant> user : pair.newestByUser().entrySet()) {
                goes &= take(used, user.getKey() + " " + day(user.getValue()), rules.maxPairsPerUser());
            }
            if (goes) {
                out.add(pair.pairKey());
            }
        }
        return out;
    }

    private static boolean take(Map<String, Integer> used, String scope, int limit) {
        return used.merge(scope, 1, Integer::sum) <= limit || limit == 0;
    }

    private static long day(Instant at) {
        return at.getEpochSecond() / DAY.toSeconds();
    }

    private BudgetChanges revise(BudgetStage stage, PairRevision revision) {
        newest.put(revision.pairKey(), revision);
        BudgetChanges changes = stage.revise(revision);
        // The pair itself first, so that the log reads as it happened.
        List<Published<String>> pairs = new ArrayList<>(changes.pairs());
        pairs.sort(Comparator.comparing(pair -> !pair.content().equals(revision.pairKey())));
        for (Published<String> pair : pairs) {
            Published<String> before = sent.put(pair.content(), pair);
            assertThat(pair.revision()).isGreaterThan(before == null ? 0 : before.revision());
            log.add(pair.content() + " " + pair.revision() + (pair.active() ? " out" : " back"));
        }
        return changes;
    }

    private Set<String> out() {
        return sent.values().stream()
                .filter(Published::active)
                .map(Published::content)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private PairRevision active(String pair, Origin origin, Map<String, Instant> users) {
        String key = "acme/" + pair;
        return new PairRevision("acme", key, nextRevision(key), true, origin, users);
    }

    private PairRevision retracted(String pair) {
        return retractedOf("acme/" + pair, nextRevision("acme/" + pair));
    }

    private static PairRevision retractedOf(String key, long revision) {
        return new PairRevision("acme", key, revision, false, Origin.PICK, Map.of());
    }

    private long nextRevision(String key) {
        PairRevision known = newest.get(key);
        return known == null ? 1 : known.revision() + 1;
    }
}
