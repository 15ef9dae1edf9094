package dev.attune.ingest.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.events.FeedbackState;
import dev.attune.events.FeedbackStatus;
import dev.attune.events.StatusEvidence;
import dev.attune.events.StatusTraining;
import dev.attune.events.state.StatusInput;
import dev.attune.events.state.StatusInputKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StatusFoldTest {
    private static final int CASES = 300;
    private static final int SHUFFLES = 8;

    @Test
    void anEventIsAcceptedThenPairedThenTrained() {
        FeedbackStatus accepted = fold(accepted(100));
        FeedbackStatus paired = StatusFold.apply(accepted, evidence(StatusInputKind.PAIR, "p", true, 1, 200));
        FeedbackStatus trained = StatusFold.apply(paired, trained("v1", 300));

        assertThat(accepted.getState()).isEqualTo(FeedbackState.ACCEPTED);
        assertThat(accepted.getReceivedAt().toEpochMilli()).isEqualTo(100);
        assertThat(paired.getState()).isEqualTo(FeedbackState.PAIRED);
        assertThat(trained.getState()).isEqualTo(FeedbackState.TRAINED);
        assertThat(trained.getOccurredAt().toEpochMilli()).isEqualTo(300);
        assertThat(trained.getTrainings())
                .extracting(StatusTraining::getVersion)
                .containsExactly("v1");
    }

    @Test
    void aRetractedPairLeavesTheOtherOnes() {
        StatusInput[] first = {
            accepted(1),
            evidence(StatusInputKind.PAIR, "p", true, 1, 2),
            evidence(StatusInputKind.PAIR, "q", true, 1, 3),
            evidence(StatusInputKind.PAIR, "p", false, 2, 4)
        };
        FeedbackStatus one = fold(first);
        FeedbackStatus none = StatusFold.apply(one, evidence(StatusInputKind.PAIR, "q", false, 2, 5));

        assertThat(one.getState()).isEqualTo(FeedbackState.PAIRED);
        assertThat(one.getActivePairs()).isEqualTo(1);
        assertThat(none.getState()).isEqualTo(FeedbackState.UNPAIRED);
        assertThat(none.getPairs()).extracting(StatusEvidence::getActive).containsOnly(false);
    }

    @Test
    void aDeadLetterIsWithdrawn() {
        FeedbackStatus dead = fold(accepted(1), deadLetter("d", true, 2));
        FeedbackStatus resolved = StatusFold.apply(dead, deadLetter("d", false, 3));

        assertThat(dead.getState()).isEqualTo(FeedbackState.DEAD_LETTER);
        assertThat(resolved.getState()).isEqualTo(FeedbackState.ACCEPTED);
    }

    @Test
    void onlyTheSameUserInTheSameTurnTakesBack() {
        assertThat(fold(accepted(1), retracted("r1", "turn", "somebody else")).getState())
                .isEqualTo(FeedbackState.ACCEPTED);
        assertThat(fold(accepted(1), retracted("r1", "another turn", "user")).getState())
                .isEqualTo(FeedbackState.ACCEPTED);
        assertThat(fold(retracted("r1", "turn", "user"), accepted(1)).getState())
                .isEqualTo(FeedbackState.RETRACTED);
    }

    @Test
    void listsKeepTheNewestAndCountsKeepAll() {
        int versions = StatusFold.MOST_VERSIONS + 5;
        FeedbackStatus status = fold(IntStream.range(0, versions)
                .mapToObj(i -> trained("v%02d".formatted(i), i))
                .toArray(StatusInput[]::new));

        assertThat(status.getTrainings()).hasSize(StatusFold.MOST_VERSIONS);
        assertThat(status.getTrainings().getFirst().getVersion()).isEqualTo("v20");
        assertThat(status.getTrainedExamples()).isEqualTo(versions);
    }

    static List<Long> seeds() {
        return IntStream.range(0, CASES).mapToObj(Long::valueOf).toList();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void anyOrderGivesTheSameStatus(long seed) {
        Random random = new Random(seed);
        List<StatusInput> inputs = new ArrayList<>(history(random));
        FeedbackStatus expected = fold(inputs.toArray(StatusInput[]::new));

        for (int i = 0; i < SHUFFLES; i++) {
            Collections.shuffle(inputs, random);
            assertThat(fold(inputs.toArray(StatusInput[]::new))).isEqualTo(expected);
        }
    }

    /** As the intakes write them: of a pair the times rise with the revisions, and each input is a change. */
    private static List<StatusInput> history(Random random) {
        List<StatusInput> inputs = new ArrayList<>();
        Map<String, Boolean> active = new HashMap<>();
        int ids = 1 + random.nextInt(60);
        int events = random.nextInt(150);
        for (int i = 0; i < events; i++) {
            long at = 1_000L + i / 3;
            String id = "id" + random.nextInt(ids);
            switch (random.nextInt(8)) {
                case 0 -> inputs.add(accepted(at));
                case 1, 2, 3 -> inputs.add(change(StatusInputKind.PAIR, id, i, active));
                case 4 -> inputs.add(change(StatusInputKind.SINGLE, id, i, active));
                case 5 -> {
                    // All records of a version have its checkpoint's time.
                    int version = random.nextInt(30);
                    inputs.add(trained("v" + version, 500L + version / 2));
                }
                case 6 -> inputs.add(deadLetter(id, random.nextBoolean(), at));
                default -> inputs.add(retracted(id, "turn", random.nextBoolean() ? "user" : "somebody else"));
            }
        }
        return inputs;
    }

    private static StatusInput change(StatusInputKind kind, String id, int number, Map<String, Boolean> active) {
        boolean now = !active.getOrDefault(kind + id, false);
        active.put(kind + id, now);
        return evidence(kind, id, now, number, 1_000L + number);
    }

    private static FeedbackStatus fold(StatusInput... inputs) {
        FeedbackStatus status = StatusFold.unknown("demo", "e1");
        for (StatusInput input : inputs) {
            status = StatusFold.apply(status, input);
        }
        return status;
    }

    private static StatusInput accepted(long at) {
        return input(StatusInputKind.ACCEPTED, "e1", at)
                .setTurnId("turn")
                .setUserId("user")
                .build();
    }

    private static StatusInput retracted(String id, String turnId, String userId) {
        return input(StatusInputKind.RETRACTED, id, 7)
                .setTurnId(turnId)
                .setUserId(userId)
                .build();
    }

    private static StatusInput evidence(StatusInputKind kind, String id, boolean active, long revision, long at) {
        return input(kind, id, at).setActive(active).setRevision(revision).build();
    }

    private static StatusInput trained(String version, long at) {
        return input(StatusInputKind.TRAINED, version, at).build();
    }

    private static StatusInput deadLetter(String id, boolean stands, long at) {
        return input(StatusInputKind.DEAD_LETTER, id, at)
                .setActive(stands)
                .setReason("completion_never_came")
                .build();
    }

    private static StatusInput.Builder input(StatusInputKind kind, String id, long at) {
        return StatusInput.newBuilder().setKind(kind).setId(id).setAt(at);
    }
}
