package dev.attune.ingest.pairing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.attune.events.FeedbackGiven;
import dev.attune.ingest.pairing.HistoryRun.AtRest;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random histories through the whole topology: whatever the order of arrival, with events sent twice, pauses in which pairs
 * go out or waiting ends, and restarts, what holds at rest is what the reference says.
 *
 * <p>{@code -Dattune.histories=N} takes more of them.
 */
@ExtendWith(PlatformExtension.class)
@SuppressWarnings("NullAway.Init") // JUnit sets it first.
class RandomHistoriesTest {
    private static final int HISTORIES = Integer.getInteger("attune.histories", 2000);
    /** Prompts that one run of the topology takes together: starting it costs more than a history. */
    private static final int TOGETHER = 100;

    private static final PairingConfig.Rules TIGHT_RULES =
            new PairingConfig.Rules(0.5, 0.25, 0.6, 4, 2, Duration.ofHours(24), 4, 2, Duration.ofHours(24));

    /** Far fewer than a run's hundred prompts give three users of three tenants. */
    private static final List<PairingConfig.Budgets> BUDGETS = List.of(
            Configs.NO_BUDGETS,
            new PairingConfig.Budgets(Duration.ofHours(24), 5, 20),
            new PairingConfig.Budgets(Duration.ofHours(10), 3, 0),
            new PairingConfig.Budgets(Duration.ofHours(24), 0, 7));

    /** What a run is configured with. */
    private record Setup(PairingConfig.Rules rules, PairingConfig.Budgets budgets) {}

    @TempDir
    private Path stateDir;

    /** The reference, or one that a test made wrong. */
    private interface Reference {
        ReferencePairing of(PairingConfig.Rules rules, Collection<SpecificRecord> events);
    }

    @Test
    void whatHoldsAtRestIsAFunctionOfTheEvents(Platform platform) {
        int pairs = 0;
        int keptOut = 0;
        for (int seed = 0; seed * TOGETHER < HISTORIES; seed++) {
            PairingConfig.Rules rules = seed % 2 == 0 ? Configs.OPEN_RULES : TIGHT_RULES;
            Setup setup = new Setup(rules, BUDGETS.get(seed / 2 % BUDGETS.size()));
            List<Step> steps = new Histories(seed).mixed(TOGETHER);
            Map<String, AtRest> actual = HistoryRun.atRest(steps, config(seed, setup), platform.serdes());
            Map<String, AtRest> expected = expected(steps, setup, ReferencePairing::new);
            if (!actual.equals(expected)) {
                fail(smallest(steps, setup, ReferencePairing::new, platform));
            }
            int holding = setup.budgets().on()
                    ? pairs(expected(steps, new Setup(rules, Configs.NO_BUDGETS), ReferencePairing::new))
                    : pairs(actual);
            pairs += holding;
            keptOut += holding - pairs(actual);
        }
        // The histories are not trivial: many pairs, and many more of some users than budgets let out.
        assertThat(pairs).isGreaterThan(HISTORIES);
        assertThat(keptOut).isGreaterThan(HISTORIES / 4);
    }

    @Test
    void aFailingHistoryShrinksToASmallOne(Platform platform) {
        // A reference that forgot what a retraction is.
        Reference wrong = (rules, events) -> new ReferencePairing(rules, events) {
            @Override
            boolean isRetracted(FeedbackGiven vote) {
                return false;
            }
        };
        List<Step> steps = new Histories(7).mixed(20);

        Setup setup = new Setup(Configs.OPEN_RULES, Configs.NO_BUDGETS);
        String smallest = smallest(steps, setup, wrong, platform);

        // At most two completions, a vote on them, and the retraction of one.
        assertThat(smallest).contains("RETRACTION");
        assertThat(smallest.lines().filter(line -> line.startsWith("  "))).hasSizeLessThanOrEqualTo(6);
    }

    /** Shrinks a failing history, and says what happens in it and what is wrong with the result. */
    private String smallest(List<Step> steps, Setup setup, Reference reference, Platform platform) {
        List<Step> failing = steps;
        for (String prompt : expected(steps, setup, reference).keySet()) {
            List<Step> alone = steps.stream()
                    .filter(step -> !(step instanceof Step.Arrival arrival)
                            || arrival.promptId().equals(prompt))
                    .toList();
            if (fails(alone, setup, reference, platform)) {
                failing = alone;
                break;
            }
        }
        List<Step> small = Shrinker.shrink(failing, part -> fails(part, setup, reference, platform));
        StringBuilder text = new StringBuilder("this history comes out wrong:\n");
        small.forEach(step -> text.append("  ").append(step).append('\n'));
        return text.append("expected: ")
                .append(expected(small, setup, reference))
                .append("\nactual:   ")
                .append(HistoryRun.atRest(small, config(-1, setup), platform.serdes()))
                .toString();
    }

    private boolean fails(List<Step> steps, Setup setup, Reference reference, Platform platform) {
        return !HistoryRun.atRest(steps, config(-1, setup), platform.serdes())
                .equals(expected(steps, setup, reference));
    }

    private PairingConfig config(int seed, Setup setup) {
        return Configs.pairing(stateDir.resolve("run" + seed), setup.rules(), setup.budgets());
    }

    private static int pairs(Map<String, AtRest> byPrompt) {
        return byPrompt.values().stream().mapToInt(one -> one.pairs().size()).sum();
    }

    private static Map<String, AtRest> expected(List<Step> steps, Setup setup, Reference reference) {
        Map<String, List<SpecificRecord>> events = new TreeMap<>();
        for (Step step : steps) {
            if (step instanceof Step.Arrival arrival) {
                events.computeIfAbsent(arrival.promptId(), prompt -> new ArrayList<>())
                        .add(arrival.event());
            }
        }
        Map<String, AtRest> expected = new TreeMap<>();
        List<ReferencePairing.Held> pairs = new ArrayList<>();
        events.forEach((prompt, ofPrompt) -> {
            ReferencePairing model = reference.of(setup.rules(), ofPrompt);
            pairs.addAll(model.pairs());
            expected.put(prompt, new AtRest(new TreeSet<>(), model.singles()));
        });
        for (ReferencePairing.Held pair : ReferenceBudgets.within(setup.budgets(), pairs)) {
            expected.get(pair.promptId()).pairs().add(pair.line());
        }
        expected.values().removeIf(one -> one.pairs().isEmpty() && one.singles().isEmpty());
        return expected;
    }
}
