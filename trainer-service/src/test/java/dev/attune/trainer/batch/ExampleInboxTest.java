package dev.attune.trainer.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.events.PreferencePair;
import dev.attune.events.SealableText;
import dev.attune.trainer.Pairs;
import dev.attune.trainer.TinyModel;
import dev.attune.trainer.batch.Intake.Cause;
import dev.attune.trainer.learner.AnswerBoundary;
import dev.attune.trainer.learner.PairEncoder;
import dev.attune.trainer.model.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExampleInboxTest {
    private static final ExampleKey P0 = new ExampleKey(Pairs.TENANT, "p0");
    private static final int MAX_TOKENS = 64;

    @TempDir
    private static Path folder;

    private static Tokenizer tokenizer;

    private final PendingExamples pending = new PendingExamples(100, new HeldOutRule(0));
    private final TrainedExamples trained = new TrainedExamples();
    private final HeldOutSlice heldOut = new HeldOutSlice(new HeldOutRule(1), 10, List.of());
    private final ReplayBuffer replay = new ReplayBuffer(0.5, 10, new HeldOutRule(0), new ReplayState(0, 0), List.of());
    private final ExampleInbox inbox = new ExampleInbox(
            Pairs.MODEL,
            Set.of(Pairs.TENANT),
            new PairReader(singleObject()),
            new PreferenceEncoder(new PairEncoder(tokenizer, MAX_TOKENS, AnswerBoundary.KEEP_TEXT)),
            pending,
            trained,
            heldOut,
            replay);
    private long offset;

    @BeforeAll
    static void loadTokenizer() throws IOException {
        tokenizer = Tokenizer.load(TinyModel.write(folder));
    }

    @AfterAll
    static void closeTokenizer() {
        tokenizer.close();
    }

    @Test
    void aPairWaitsAsTheTokensOfItsTemplate() {
        assertThat(accept(Pairs.pair("p0"))).isEqualTo(new Intake.Accepted(false, false));

        PendingExample waiting = pending.take(1).batch().getFirst();
        // <|user|> is 257, <|assistant|> 258, <|end|> 256; all else is bytes: "Where is p0?", "In p0.".
        assertThat(waiting.tokens().promptTokens())
                .containsExactly(257, 'W', 'h', 'e', 'r', 'e', ' ', 'i', 's', ' ', 'p', '0', '?', 258);
        assertThat(waiting.tokens().liked()).containsExactly(new int[] {'I', 'n', ' ', 'p', '0', '.', 256});
        assertThat(waiting.tokens().strength()).isEqualTo(0.75);
        assertThat(waiting.eventIds()).containsExactly("vote-on-p0");
    }

    @Test
    void theNewestRevisionWinsInWhateverOrderTheyCome() {
        accept(Pairs.revision(Pairs.pair("p0"), 3));

        assertThat(accept(Pairs.revision(Pairs.pair("p0"), 2))).isEqualTo(new Intake.Ignored(Cause.OLD_REVISION));
        assertThat(accept(Pairs.flipped(Pairs.pair("p0"), 4))).isEqualTo(new Intake.Accepted(true, false));

        assertThat(pending.size()).isEqualTo(1);
        assertThat(pending.get(P0).direction()).isEqualTo(Direction.REVERSED);
    }

    @Test
    void aRetractionRemovesWhatWaits() {
        accept(Pairs.pair("p0"));

        assertThat(accept(Pairs.retracted(Pairs.pair("p0"), 2))).isEqualTo(new Intake.Ignored(Cause.RETRACTED));

        assertThat(pending.size()).isZero();
        assertThat(accept(Pairs.revision(Pairs.pair("p0"), 3))).isInstanceOf(Intake.Accepted.class);
    }

    @Test
    void aRetractionLeavesTheHeldOutSlice() {
        accept(Pairs.pair("p0"));
        PendingExample waiting = pending.take(1).batch().getFirst();
        heldOut.add(waiting);
        trained.settled(P0, 1, Pairs.SERVED_AT);

        assertThat(accept(Pairs.retracted(Pairs.pair("p0"), 2))).isEqualTo(new Intake.Ignored(Cause.RETRACTED));

        assertThat(heldOut.pairs()).isEmpty();
    }

    @Test
    void whatPeopleNoLongerSayIsNotReplayed() {
        PreferencePair pair = Pairs.pair("p0");
        train(pair);
        accept(Pairs.revision(pair, 2));
        assertThat(replay.pairs()).hasSize(1);

        // A flip leaves at once, not when it is trained; once both directions were trained neither is again.
        accept(Pairs.flipped(pair, 3));
        assertThat(replay.pairs()).isEmpty();
        train(Pairs.flipped(pair, 4));
        assertThat(replay.pairs()).extracting(KeptExample::direction).containsExactly(Direction.REVERSED);
        accept(Pairs.revision(pair, 5));
        assertThat(replay.pairs()).isEmpty();

        train(Pairs.pair("p1"));
        accept(Pairs.retracted(Pairs.pair("p1"), 2));
        assertThat(replay.pairs()).isEmpty();

        train(Pairs.pair("p2"));
        accept(PreferencePair.newBuilder(Pairs.flipped(Pairs.pair("p2"), 2))
                .setPrompt(List.of())
                .build());
        assertThat(replay.pairs()).isEmpty();
    }

    @Test
    void aTrainedPairIsNotTrainedAgainHoweverStrong() {
        train(Pairs.pair("p0"));

        assertThat(accept(Pairs.revision(Pairs.pair("p0"), 2))).isEqualTo(new Intake.Ignored(Cause.ALREADY_TRAINED));
        assertThat(accept(Pairs.retracted(Pairs.pair("p0"), 3)))
                .isEqualTo(new Intake.Ignored(Cause.RETRACTED_AFTER_TRAINING));
        assertThat(pending.size()).isZero();
    }

    @Test
    void aFlipThatIsTakenBackBeforeItsTrainingIsNotTrained() {
        train(Pairs.pair("p0"));
        accept(Pairs.flipped(Pairs.pair("p0"), 2));

        assertThat(accept(Pairs.revision(Pairs.pair("p0"), 3))).isEqualTo(new Intake.Ignored(Cause.ALREADY_TRAINED));

        assertThat(pending.size()).isZero();
    }

    @Test
    void whatWasReplacedBeforeTrainingDoesNotComeBackWhenInputIsReadAgain() {
        // Given revision 1 replaced by its flip, which was trained
        accept(Pairs.pair("p0"));
        train(Pairs.flipped(Pairs.pair("p0"), 2));

        // When both records are read again after a restart
        Intake first = accept(Pairs.pair("p0"));
        Intake second = accept(Pairs.flipped(Pairs.pair("p0"), 2));

        // Then nothing waits: revision 1 was never what held when training took place
        assertThat(List.of(first, second)).containsOnly(new Intake.Ignored(Cause.OLD_REVISION));
    }

    @Test
    void readingResumesAtTheLowestOffsetThatWaits() {
        accept(Pairs.pair("p0")); // offset 0
        accept(Pairs.pair("p1")); // offset 1
        accept(Pairs.revision(Pairs.pair("p0"), 2)); // offset 2 replaces offset 0

        assertThat(pending.resumeOffsets(Map.of(0, 3L, 1, 7L))).isEqualTo(Map.of(0, 1L, 1, 7L));
        pending.take(2);
        assertThat(pending.resumeOffsets(Map.of(0, 3L, 1, 7L))).isEqualTo(Map.of(0, 3L, 1, 7L));
    }

    @Test
    void aLongPairIsCutAndSaid() {
        PreferencePair longer = PreferencePair.newBuilder(Pairs.pair("p0"))
                .setChosen(Pairs.text("x".repeat(100)))
                .build();

        assertThat(accept(longer)).isEqualTo(new Intake.Accepted(false, true));

        PendingExample waiting = pending.take(1).batch().getFirst();
        int answer = waiting.tokens().liked().findFirst().orElseThrow().length;
        assertThat(waiting.tokens().promptTokens().length + answer).isEqualTo(MAX_TOKENS);
    }

    @Test
    void whatCanNeverBeTrainedIsRefusedWithItsReason() {
        PreferencePair good = Pairs.pair("p0");
        SealableText sealed = SealableText.newBuilder(good.getChosen())
                .setSealed(ByteBuffer.wrap(new byte[] {1}))
                .build();

        assertThat(reason(PreferencePair.newBuilder(good).setPrompt(List.of()).build()))
                .isEqualTo(DeadLetterReason.EMPTY_PROMPT);
        assertThat(reason(PreferencePair.newBuilder(good).setRejected(sealed).build()))
                .isEqualTo(DeadLetterReason.SEALED_TEXT);
        assertThat(reason(
                        PreferencePair.newBuilder(good).setStrength(Double.NaN).build()))
                .isEqualTo(DeadLetterReason.MALFORMED_RECORD);
        assertThat(reason(
                        PreferencePair.newBuilder(good).setPairId("two\nlines").build()))
                .isEqualTo(DeadLetterReason.MALFORMED_RECORD);
        assertThat(pending.size()).isZero();
    }

    @Test
    void aRevisionThatCannotBeUsedStillEndsTheOneBeforeIt() {
        accept(Pairs.pair("p0"));

        accept(PreferencePair.newBuilder(Pairs.revision(Pairs.pair("p0"), 2))
                .setPrompt(List.of())
                .build());

        assertThat(pending.size()).isZero();
    }

    @Test
    void whatMayHaveBeenForgottenIsNotTrainedButRefused() {
        // Given p0, trained and flipped in time; then a year and more passes
        train(Pairs.pair("p0"));
        accept(Pairs.flipped(Pairs.pair("p0"), 2));
        settleServed("p1", 500);
        forgetAfter(450);

        // Then what waits is trained all the same, and votes that still come in on it change it
        assertThat(pending.get(P0)).isNotNull();
        assertThat(accept(Pairs.flipped(Pairs.pair("p0"), 3))).isEqualTo(new Intake.Accepted(true, false));
        assertThat(pending.take(1).batch()).singleElement().satisfies(trained::trained);
        settleServed("p2", 501);
        forgetAfter(450);

        // When a further vote revises it, or its first record is read again, then it is no new pair
        assertThat(reason(Pairs.revision(Pairs.pair("p0"), 4))).isEqualTo(DeadLetterReason.TOO_OLD);
        assertThat(reason(Pairs.pair("p0"))).isEqualTo(DeadLetterReason.TOO_OLD);
        assertThat(accept(Pairs.retracted(Pairs.pair("p0"), 5))).isEqualTo(new Intake.Ignored(Cause.RETRACTED));
        assertThat(pending.size()).isZero();
    }

    private void settleServed(String pairId, int daysLater) {
        trained.settled(new ExampleKey(Pairs.TENANT, pairId), 1, Pairs.SERVED_AT.plus(Duration.ofDays(daysLater)));
    }

    private void forgetAfter(int days) {
        trained.advance(Duration.ofDays(days), Pairs.SERVED_AT.plus(Duration.ofDays(1_000)), pending.oldestServedAt());
    }

    @Test
    void othersPairsAreNotOurs() {
        assertThat(accept(PreferencePair.newBuilder(Pairs.pair("p0"))
                        .setModelId("other")
                        .build()))
                .isEqualTo(new Intake.Ignored(Cause.OTHER_MODEL));
        assertThat(accept(PreferencePair.newBuilder(Pairs.pair("p0"))
                        .setTenant("globex")
                        .build()))
                .isEqualTo(new Intake.Ignored(Cause.OTHER_TENANT));
        assertThat(inbox.accept(new SourceRecord("pairs", 0, 0, null, null), 0))
                .isEqualTo(new Intake.Ignored(Cause.EMPTY));
    }

    private DeadLetterReason reason(PreferencePair pair) {
        assertThat(accept(pair)).isInstanceOf(Intake.Refused.class);
        return ((Intake.Refused) accept(pair)).reason();
    }

    private void train(PreferencePair pair) {
        accept(pair);
        for (PendingExample waiting : pending.take(1).batch()) {
            trained.trained(waiting);
            replay.add(waiting);
        }
    }

    private Intake accept(PreferencePair pair) {
        try {
            ByteBuffer bytes = pair.toByteBuffer();
            byte[] value = new byte[bytes.remaining()];
            bytes.get(value);
            return inbox.accept(new SourceRecord("pairs", 0, offset++, null, value), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Avro's own framing: what the registry adds is tested elsewhere. */
    private static Deserializer<PreferencePair> singleObject() {
        return (_, bytes) -> {
            try {
                return PreferencePair.fromByteBuffer(ByteBuffer.wrap(bytes));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }
}
