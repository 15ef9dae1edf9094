package dev.attune.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.attune.testing.SharedData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafeTensorsTest {

    @TempDir
    Path directory;

    @Test
    void whatIsMadeWhenItIsWrittenGivesTheSameBytes() throws IOException {
        float[] elements = {1, 2, 3, 4, 5, 6};
        Path file = directory.resolve("w.safetensors");
        SafeTensors.write(file, Map.of("x", TensorData.floats(elements, 2, 3)), Map.of());
        Path made = file.resolveSibling("made.safetensors");

        SafeTensors.write(made, Map.of("x", TensorData.madeFloats(elements::clone, 2, 3)), Map.of());

        assertThat(made).hasSameBinaryContentAs(file);
        TensorData tooFew = TensorData.madeFloats(() -> new float[5], 2, 3);
        assertThatThrownBy(tooFew::bytes)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has 24 bytes, not 20");
    }

    @Test
    void readsBackWhatItWrote() throws IOException {
        Path file = directory.resolve("w.safetensors");
        Map<String, TensorData> tensors = new LinkedHashMap<>();
        tensors.put("second", TensorData.floats(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
        tensors.put("first", TensorData.floats(new float[] {-0.5f}));

        SafeTensors.write(file, tensors, Map.of("format", "pt"));

        try (SafeTensors read = SafeTensors.open(file)) {
            assertThat(read.metadata()).containsExactly(Map.entry("format", "pt"));
            assertThat(read.tensors().keySet()).containsExactly("second", "first");
            assertThat(read.info("second")).isEqualTo(new TensorInfo(DType.F32, new long[] {2, 3}, 0, 24));
            assertThat(read.info("first")).isEqualTo(new TensorInfo(DType.F32, new long[0], 24, 28));
            assertThat(read.floats("second")).containsExactly(1, 2, 3, 4, 5, 6);
            assertThat(read.floats("first")).containsExactly(-0.5f);
        }
    }

    @Test
    void writesTheSameBytesForTheSameTensorsWithTheHeaderPaddedToEight() throws IOException {
        Path first = directory.resolve("a.safetensors");
        Path second = directory.resolve("b.safetensors");
        Map<String, TensorData> tensors = Map.of("x", TensorData.floats(new float[] {1}, 1));

        SafeTensors.write(first, tensors, Map.of());
        SafeTensors.write(second, tensors, Map.of());

        byte[] bytes = Files.readAllBytes(first);
        assertThat(bytes).isEqualTo(Files.readAllBytes(second));
        // {"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}} has 54 characters: 56 with its padding
        assertThat(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong())
                .isEqualTo(56);
        assertThat(bytes).hasSize(8 + 56 + 4);
    }

    @Test
    void readsHalfPrecision() throws IOException {
        Path file = directory.resolve("half.safetensors");
        // 1.5 is 0x3E00 in F16 and 0x3FC0 in BF16; -2 is 0xC000 in both
        ByteBuffer half = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        half.putShort((short) 0x3E00).putShort((short) 0xC000).flip();
        ByteBuffer brain = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        brain.putShort((short) 0x3FC0).putShort((short) 0xC000).flip();
        Map<String, TensorData> tensors = Map.of(
                "f16", new TensorData(DType.F16, new long[] {2}, half),
                "bf16", new TensorData(DType.BF16, new long[] {2}, brain));
        SafeTensors.write(file, tensors, Map.of());

        try (SafeTensors read = SafeTensors.open(file)) {
            assertThat(read.floats("f16")).containsExactly(1.5f, -2f);
            assertThat(read.floats("bf16")).containsExactly(1.5f, -2f);
        }
    }

    @Test
    void mapsReadOnly() throws IOException {
        Path file = directory.resolve("w.safetensors");
        SafeTensors.write(file, Map.of("x", TensorData.floats(new float[] {1}, 1)), Map.of());

        try (SafeTensors read = SafeTensors.open(file)) {
            ByteBuffer mapped = read.map("x");
            assertThat(mapped.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
            assertThatThrownBy(() -> mapped.putFloat(0, 2)).isInstanceOf(ReadOnlyBufferException.class);
            assertThatThrownBy(() -> read.map("y"))
                    .isInstanceOf(BrokenArtifactException.class)
                    .hasMessage(file + ": has no tensor 'y'");
        }
    }

    @Test
    void readsAnAdapterThatPeftWrote() throws IOException {
        Path file = SharedData.resolve("golden/from-base/adapter-init/adapter_model.safetensors");

        try (SafeTensors read = SafeTensors.open(file)) {
            String lastB = "base_model.model.model.layers.0.mlp.down_proj.lora_B.weight";
            assertThat(read.metadata()).containsEntry("format", "pt");
            assertThat(read.info(lastB).shape()).containsExactly(128, 8);
            // from-base begins with B at zero
            assertThat(read.floats(lastB)).containsOnly(0f);
            assertThat(read.floats("base_model.model.model.layers.0.mlp.down_proj.lora_A.weight")[0])
                    .isNotCloseTo(0f, within(1e-9f));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}       | 8 | the tensors have 4 bytes, the file has 8 after its header
        {"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}       | 0 | the tensors have 4 bytes, the file has 0 after its header
        {"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}       | 8 | tensor 'x': a hole before it: begins at 4, the data before ends at 0
        {"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}       | 4 | tensor 'x': F32[2] needs 8 bytes, the offsets give 4
        {"x":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}       | 4 | tensor 'x': data_offsets must be [begin, end], not [4, 0]
        {"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}      | 4 | tensor 'x': shape[0] is not a size: -1
        {"x":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}     | 4 | tensor 'x': shape[0] is not a size: 1.5
        {"x":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}         | 4 | tensor 'x': shape is not a list
        {"x":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}}       | 4 | tensor 'x': unknown dtype 'F31'
        {"x":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}} | 4 | tensor 'x': shape [4294967296, 4294967296] is too large
        {"x":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"y":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}} | 6 | tensor 'y': overlaps the one before: begins at 2, the data before ends at 4
        {"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}} | 1 | the header is not valid JSON: Duplicate field 'x'
        {"__metadata__":{"format":1}}                                | 0 | __metadata__ 'format' is not a string
        {"__metadata__":[]}                                          | 0 | __metadata__ is not an object
        ["x"]                                                        | 0 | the header does not begin with '{'
        {"x":                                                        | 0 | the header is not valid JSON
        """)
    void refusesAHeaderThatDoesNotFit(String header, int dataBytes, String fault) throws IOException {
        Path file = directory.resolve("broken.safetensors");
        Files.write(file, file(header, dataBytes));

        assertThatThrownBy(() -> SafeTensors.open(file))
                .isInstanceOf(BrokenArtifactException.class)
                .hasMessageStartingWith(file + ": " + fault);
    }

    @ParameterizedTest
    @CsvSource({"-1", "1", "5", "100000001", "9223372036854775807"})
    void refusesAHeaderLengthThatCannotBe(long headerBytes) throws IOException {
        Path file = directory.resolve("broken.safetensors");
        ByteBuffer bytes = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(headerBytes).put("{}  ".getBytes(StandardCharsets.US_ASCII));
        Files.write(file, bytes.array());

        assertThatThrownBy(() -> SafeTensors.open(file))
                .isInstanceOf(BrokenArtifactException.class)
                .hasMessageStartingWith(file + ": header length ");
    }

    @Test
    void refusesAFileThatIsTooShort() throws IOException {
        Path file = directory.resolve("short.safetensors");
        Files.write(file, new byte[7]);

        assertThatThrownBy(() -> SafeTensors.open(file))
                .isInstanceOf(BrokenArtifactException.class)
                .hasMessage(file + ": too short for a safetensors file: 7 bytes");
    }

    @Test
    void refusesToWriteBytesThatDoNotFitTheShape() {
        assertThatThrownBy(() -> TensorData.floats(new float[3], 2, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a tensor of F32[2, 2] has 16 bytes, not 12");
    }

    private static byte[] file(String header, int dataBytes) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        return bytes.putLong(json.length).put(json).array();
    }
}
