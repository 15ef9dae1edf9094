package dev.attune.trainer.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.events.Evidence;
import dev.attune.events.PreferenceSingle;
import dev.attune.events.PreferenceStatus;
import dev.attune.events.SealableText;
import dev.attune.schemas.UnreadableRecordException;
import dev.attune.trainer.Pairs;
import dev.attune.trainer.Singles;
import dev.attune.trainer.TinyModel;
import dev.attune.trainer.batch.Intake.Cause;
import dev.attune.trainer.learner.AnswerBoundary;
import dev.attune.trainer.learner.PairEncoder;
import dev.attune.trainer.model.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules of pairs, for single answers. */
class SingleInboxTest {
    private static final ExampleKey C0 = new ExampleKey(Pairs.TENANT, "c0");

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
            new SingleReader(singleObject()),
            new PreferenceEncoder(new PairEncoder(tokenizer, 64, AnswerBoundary.KEEP_TEXT)),
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
    void anAnswerWaitsAsTheTokensOfItsTemplateWithItsVotes() {
        Evidence first = Evidence.newBuilder(Singles.liked("c0").getEvidence().getFirst())
                .setEventId("earlier")
                .setOccurredAt(Pairs.LAST_EVIDENCE.minusSeconds(60))
                .build();
        Evidence last = Singles.liked("c0").getEvidence().getFirst();

        assertThat(accept(PreferenceSingle.newBuilder(Singles.liked("c0"))
                        .setEvidence(List.of(last, first))
                        .build()))
                .isEqualTo(new Intake.Accepted(false, false));

        PendingExample waiting = pending.take(1).batch().getFirst();
        assertThat(waiting.key()).isEqualTo(C0);
        // <|user|> is 257, <|assistant|> 258, <|end|> 256; all else is bytes.
        assertThat(waiting.tokens().promptTokens())
                .containsExactly(257, 'W', 'h', 'e', 'r', 'e', ' ', 'i', 's', ' ', 'c', '0', '?', 258);
        assertThat(waiting.tokens().liked()).containsExactly(new int[] {'I', 'n', ' ', 'c', '0', '.', 256});
        assertThat(waiting.tokens().disliked()).isEmpty();
        assertThat(waiting.direction()).isEqualTo(Direction.FORWARD);
        assertThat(waiting.eventIds()).containsExactly("vote-on-c0", "earlier");
        assertThat(waiting.firstEvidenceAt()).isEqualTo(Pairs.LAST_EVIDENCE.minusSeconds(60));
        assertThat(waiting.lastEvidenceAt()).isEqualTo(Pairs.LAST_EVIDENCE);
        assertThat(waiting.servedAt()).isEqualTo(Pairs.SERVED_AT);
    }

    @Test
    void beforeTrainingTheNewestRevisionWinsAndARetractionRemoves() {
        accept(Singles.liked("c0"));
        assertThat(accept(Singles.flipped(Singles.liked("c0"), 3))).isEqualTo(new Intake.Accepted(true, false));
        assertThat(accept(Singles.revision(Singles.liked("c0"), 2))).isEqualTo(new Intake.Ignored(Cause.OLD_REVISION));
        assertThat(pending.get(C0).direction()).isEqualTo(Direction.REVERSED);

        assertThat(accept(Singles.retracted(Singles.liked("c0"), 4))).isEqualTo(new Intake.Ignored(Cause.RETRACTED));

        assertThat(pending.size()).isZero();
    }

    @Test
    void afterTrainingOnlyAFlipIsTrainedAndOnce() {
        PreferenceSingle single = Singles.liked("c0");
        train(single);
        assertThat(accept(Singles.revision(single, 2))).isEqualTo(new Intake.Ignored(Cause.ALREADY_TRAINED));

        train(Singles.flipped(single, 3));
        assertThat(replay.pairs()).extracting(KeptExample::direction).containsExactly(Direction.REVERSED);
        assertThat(accept(Singles.revision(single, 4))).isEqualTo(new Intake.Ignored(Cause.ALREADY_TRAINED));
        assertThat(accept(Singles.flipped(single, 5))).isEqualTo(new Intake.Ignored(Cause.ALREADY_TRAINED));

        assertThat(accept(Singles.retracted(single, 6))).isEqualTo(new Intake.Ignored(Cause.RETRACTED_AFTER_TRAINING));
        assertThat(replay.pairs()).isEmpty();
    }

    @Test
    void anAnswerOfNoWordsIsTrainedAsItsEnd() {
        assertThat(accept(PreferenceSingle.newBuilder(Singles.liked("c0"))
                        .setText(Pairs.text(""))
                        .build()))
                .isEqualTo(new Intake.Accepted(false, false));

        assertThat(pending.take(1).batch().getFirst().tokens().liked()).containsExactly(new int[] {256});
    }

    @Test
    void anAnswerThatIsTooLongIsCutAndSaid() {
        assertThat(accept(PreferenceSingle.newBuilder(Singles.liked("c0"))
                        .setText(Pairs.text("x".repeat(100)))
                        .build()))
                .isEqualTo(new Intake.Accepted(false, true));
    }

    @Test
    void whatCanNeverBeTrainedIsRefusedWithItsReason() {
        PreferenceSingle good = Singles.liked("c0");
        SealableText sealed = SealableText.newBuilder(good.getText())
                .setSealed(ByteBuffer.wrap(new byte[] {1}))
                .build();

        assertThat(reason(PreferenceSingle.newBuilder(good).setPrompt(List.of()).build()))
                .isEqualTo(DeadLetterReason.EMPTY_PROMPT);
        assertThat(reason(PreferenceSingle.newBuilder(good).setText(sealed).build()))
                .isEqualTo(DeadLetterReason.SEALED_TEXT);
        assertThat(reason(PreferenceSingle.newBuilder(good).setStrength(0).build()))
                .isEqualTo(DeadLetterReason.MALFORMED_RECORD);
        assertThat(reason(PreferenceSingle.newBuilder(good)
                        .setStatus(PreferenceStatus.UNKNOWN)
                        .build()))
                .isEqualTo(DeadLetterReason.MALFORMED_RECORD);
        assertThat(reason(PreferenceSingle.newBuilder(good).setCompletionId("").build()))
                .isEqualTo(DeadLetterReason.MALFORMED_RECORD);
        assertThat(inbox.accept(new SourceRecord("singles", 0, 0, null, new byte[] {1}), 0))
                .isEqualTo(new Intake.Refused(DeadLetterReason.MALFORMED_AVRO, "no single"));
        assertThat(pending.size()).isZero();
    }

    @Test
    void whatACheckpointKeepsOfItIsTheSameAfterWritingAndReading() {
        accept(Singles.flipped(Singles.liked("c0"), 2));
        KeptExample kept = KeptExample.of(pending.take(1).batch().getFirst());

        KeptExample read = KeptExample.parse(kept.toLine());

        assertThat(read.toLine()).isEqualTo(kept.toLine()).contains("\"completionId\":\"c0\"");
        assertThat(read.key()).isEqualTo(C0);
        assertThat(read.tokens().disliked()).containsExactly(new int[] {'I', 'n', ' ', 'c', '0', '.', 256});
        assertThat(read.tokens().liked()).isEmpty();
    }

    private DeadLetterReason reason(PreferenceSingle single) {
        Intake intake = accept(single);
        assertThat(intake).isInstanceOf(Intake.Refused.class);
        return ((Intake.Refused) intake).reason();
    }

    private void train(PreferenceSingle single) {
        accept(single);
        for (PendingExample waiting : pending.take(1).batch()) {
            trained.trained(waiting);
            replay.add(waiting);
        }
    }

    private Intake accept(PreferenceSingle single) {
        try {
            ByteBuffer bytes = single.toByteBuffer();
            byte[] value = new byte[bytes.remaining()];
            bytes.get(value);
            return inbox.accept(new SourceRecord("singles", 0, offset++, null, value), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Avro's own framing: what the registry adds is tested elsewhere. */
    private static Deserializer<PreferenceSingle> singleObject() {
        return (_, bytes) -> {
            try {
                return PreferenceSingle.fromByteBuffer(ByteBuffer.wrap(bytes));
            } catch (IOException | RuntimeException e) {
                throw new UnreadableRecordException(UnreadableRecordException.Reason.MALFORMED_AVRO, "no single", e);
            }
        };
    }
}
