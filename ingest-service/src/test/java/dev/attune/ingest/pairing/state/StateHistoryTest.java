package dev.attune.ingest.pairing.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.events.CompletionServed;
import dev.attune.events.state.PromptAgenda;
import dev.attune.events.state.PromptPending;
import dev.attune.ingest.pairing.rules.AssembledPair;
import dev.attune.ingest.pairing.rules.Judgement.Thumb;
import dev.attune.ingest.pairing.rules.Published;
import dev.attune.ingest.pairing.rules.ServedAnswer;
import dev.attune.ingest.pairing.rules.TurnMemory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParser;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;

/** Rows as earlier formats wrote them, byte for byte, are read by this release; rows of a later one are refused. */
class StateHistoryTest {
    private static final Instant NOON = Instant.ofEpochMilli(1_793_534_400_000L);

    @Test
    void aTurnIsRead() throws IOException {
        TurnMemory turn = frozen("TurnState", TurnCodec.serde());

        assertThat(turn.votes()).singleElement().satisfies(vote -> {
            assertThat(vote.eventId()).isEqualTo("e1");
            assertThat(vote.opinion()).isEqualTo(new Thumb("a", Thumb.Direction.UP));
            assertThat(vote.receivedAt()).isEqualTo(NOON);
            assertThat(vote.source().offset()).isEqualTo(7);
        });
        assertThat(turn.seen()).containsExactly(new TurnMemory.SeenEvent("e1", 42));
        assertThat(turn.retracted()).containsExactly(new TurnMemory.RetractedEvent("bob", "e0"));
        assertThat(turn.completions())
                .containsExactly(new TurnMemory.KnownCompletion(
                        new ServedAnswer("a", 5, "", "support", "p", "digest", 9, NOON, NOON.plusSeconds(1)), 3));
    }

    @Test
    void aPromptsRowsOfTheFirstFormatAreRead() throws IOException {
        Published<AssembledPair> pair = frozen("PublishedPair", PromptCodecs.pairs());
        assertThat(pair.revision()).isEqualTo(2);
        assertThat(pair.content().origin()).isEqualTo(AssembledPair.Origin.PICK);
        assertThat(pair.content().evidence()).hasSize(1);

        assertThat(frozen("PublishedSingle", PromptCodecs.singles()).active()).isFalse();
        assertThat(frozen("PromptAgenda", SingleObjectSerde.<PromptAgenda>plain(PromptAgenda.getClassSchema()))
                        .getLookAt())
                .isEqualTo(NOON.toEpochMilli());

        PromptPending pending =
                frozen("PromptPending", SingleObjectSerde.<PromptPending>plain(PromptPending.getClassSchema()));
        assertThat(pending.getSince()).isEqualTo(NOON.toEpochMilli());
        assertThat(pending.getPromptKeys()).isEmpty();
    }

    @Test
    void aUsersTextFromBeforeAnswersCouldFailIsRead() throws IOException {
        CompletionServed edit = frozen(
                "CompletionServed", SingleObjectSerde.<CompletionServed>plain(CompletionServed.getClassSchema()));

        assertThat(edit.getCompletionId()).isEqualTo("edit-1");
        assertThat(edit.getText().getValue()).isEqualTo("Better.");
        assertThat(edit.getReceivedAt()).isEqualTo(NOON.plusSeconds(1));
        assertThat(edit.getFailure()).isNull();
        assertThat(edit.getAllowShadow()).isTrue();
    }

    @Test
    void aLaterFormatIsRefusedByName() throws IOException {
        Schema later = new SchemaParser()
                .parse(
                        "{\"type\":\"record\",\"name\":\"TurnState\",\"namespace\":\"dev.attune.events.state\",\"fields\":[]}")
                .mainSchema();
        byte[] row = new BinaryMessageEncoder<Object>(GenericData.get(), later)
                .encode(new GenericRecordBuilder(later).build())
                .array();

        assertThatThrownBy(() -> TurnCodec.serde().deserializer().deserialize("turns", row))
                .isInstanceOf(SerializationException.class)
                .hasMessageContainingAll("store turns", "a newer release wrote it", "reset the application");
    }

    @Test
    void damagedBytesAreRefusedByName() {
        assertThatThrownBy(() -> TurnCodec.serde().deserializer().deserialize("turns", new byte[] {1, 2, 3}))
                .isInstanceOf(SerializationException.class)
                .hasMessageContainingAll("store turns", "damaged");
    }

    private static <T> T frozen(String name, Serde<T> serde) throws IOException {
        try (InputStream hex = StateHistoryTest.class.getResourceAsStream("rows-1/" + name + ".hex")) {
            String text = new String(Objects.requireNonNull(hex, name).readAllBytes(), StandardCharsets.UTF_8);
            return serde.deserializer().deserialize(name, HexFormat.of().parseHex(text.strip()));
        }
    }
}
