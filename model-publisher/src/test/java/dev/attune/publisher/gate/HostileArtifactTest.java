package dev.attune.publisher.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.CheckpointVersion;
import dev.attune.artifacts.Digests;
import dev.attune.artifacts.PeftConfig;
import dev.attune.artifacts.SafeTensors;
import dev.attune.artifacts.TensorData;
import dev.attune.publisher.fake.FakeCheckpoints;
import dev.attune.publisher.fake.FakeCheckpoints.Alteration;
import dev.attune.publisher.fake.FakeCheckpoints.Draft;
import dev.attune.publisher.release.Candidate;
import dev.attune.publisher.release.RefusedException;
import dev.attune.publisher.release.RejectReason;
import dev.attune.publisher.serving.AdapterLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints whose manifest is true of what they hold, and whose files are wrong: each is refused with its reason. */
class HostileArtifactTest {

    private static final String Q = "base_model.model.model.layers.0.self_attn.q_proj.lora_";
    /** One MiB for the adapter, two in all, one KiB for a header. */
    private static final ArtifactLimits LIMITS = new ArtifactLimits(1, 2, 1);

    @TempDir
    Path folder;

    private FakeCheckpoints checkpoints;
    private CheckpointGate gate;

    @BeforeEach
    void start() throws IOException {
        checkpoints = new FakeCheckpoints(folder);
        gate = new CheckpointGate(
                BaseModel.read(checkpoints.base()), new AdapterLimits(List.of(8, 16), 16, false), LIMITS);
    }

    static Stream<Arguments> altered() {
        return Stream.of(
                of("truncated weights", RejectReason.ARTIFACT_BROKEN, "bytes, the file has", at -> {
                    byte[] bytes = Files.readAllBytes(at.adapterWeights());
                    Files.write(at.adapterWeights(), Arrays.copyOf(bytes, bytes.length - 4));
                }),
                of(
                        "weights of three bytes",
                        RejectReason.ARTIFACT_BROKEN,
                        "too short for a safetensors file",
                        at -> Files.write(at.adapterWeights(), new byte[] {1, 2, 3})),
                of(
                        "empty weights",
                        RejectReason.ARTIFACT_BROKEN,
                        "too short for a safetensors file",
                        at -> Files.write(at.adapterWeights(), new byte[0])),
                of(
                        "a header longer than the file",
                        RejectReason.ARTIFACT_BROKEN,
                        "header length 900 is not between",
                        at -> Files.write(at.adapterWeights(), header(900, "{}"))),
                of(
                        "a header over the limit",
                        RejectReason.ARTIFACT_TOO_LARGE,
                        "at most 1024 are taken",
                        at -> Files.write(at.adapterWeights(), header(2000, "{}"))),
                of(
                        "a header of 2^63 bytes",
                        RejectReason.ARTIFACT_TOO_LARGE,
                        "9223372036854775808 bytes",
                        at -> Files.write(at.adapterWeights(), header(Long.MIN_VALUE, "{}"))),
                of(
                        "a tensor named twice",
                        RejectReason.ARTIFACT_BROKEN,
                        "Duplicate field 'x'",
                        at -> Files.write(at.adapterWeights(), tensors("{%s,%s}".formatted(x(0, 4), x(0, 4)), 4))),
                of(
                        "a hole between tensors",
                        RejectReason.ARTIFACT_BROKEN,
                        "a hole before it",
                        at -> Files.write(at.adapterWeights(), tensors("{%s}".formatted(x(4, 8)), 8))),
                of(
                        "tensors that overlap",
                        RejectReason.ARTIFACT_BROKEN,
                        "overlaps the one before",
                        at -> Files.write(
                                at.adapterWeights(),
                                tensors("{%s,%s}".formatted(x(0, 4), x(2, 6).replace("\"x\"", "\"y\"")), 6))),
                of(
                        "bytes after the last tensor",
                        RejectReason.ARTIFACT_BROKEN,
                        "the tensors have 4 bytes",
                        at -> Files.write(at.adapterWeights(), tensors("{%s}".formatted(x(0, 4)), 12))),
                of(
                        "a NaN",
                        RejectReason.NOT_FINITE,
                        "lora_A.weight' holds NaN or infinity at element 31",
                        at -> write(at, Float.NaN, 31)),
                of("an infinity", RejectReason.NOT_FINITE, "at element 7", at -> write(at, Float.NEGATIVE_INFINITY, 7)),
                of(
                        "weights over the limit",
                        RejectReason.ARTIFACT_TOO_LARGE,
                        "(limits.adapterMegabytes)",
                        at -> grow(at.adapterWeights(), (1 << 20) + 1)),
                of(
                        "all files over the limit",
                        RejectReason.ARTIFACT_TOO_LARGE,
                        "(limits.checkpointMegabytes)",
                        at -> grow(at.probes(), 2 << 20)),
                of(
                        "a pickle under PyTorch's name",
                        RejectReason.UNSAFE_FILE,
                        "served folder",
                        at -> Files.write(at.adapter().resolve("adapter_model.bin"), new byte[] {1})),
                of(
                        "a pickle under another name",
                        RejectReason.UNSAFE_FILE,
                        "is a Python pickle",
                        at -> Files.write(
                                at.adapterWeights(), new byte[] {(byte) 0x80, 4, (byte) 0x95, 0, 0, 0, 0, 0, 0, 0})),
                of(
                        "a zip under another name",
                        RejectReason.UNSAFE_FILE,
                        "is a zip archive",
                        at -> Files.writeString(at.probes(), "PK\003\004")),
                of("a pickle in the trainer's state", RejectReason.UNSAFE_FILE, "may be a pickle", at -> {
                    Files.createDirectories(at.root().resolve("state"));
                    Files.writeString(at.root().resolve("state/ledger.bin"), "cos\nsystem\n");
                }),
                of(
                        "code",
                        RejectReason.UNSAFE_FILE,
                        "is of a kind that no checkpoint holds",
                        at -> Files.writeString(at.root().resolve("modeling.py"), "import os")),
                of(
                        "more for serving to load",
                        RejectReason.UNSAFE_FILE,
                        "served folder",
                        at -> Files.copy(at.adapterWeights(), at.adapter().resolve("new_embeddings.safetensors"))),
                of(
                        "a key given twice",
                        RejectReason.ARTIFACT_BROKEN,
                        "Duplicate field 'r'",
                        at -> Files.writeString(
                                at.adapterConfig(),
                                Files.readString(at.adapterConfig())
                                        .replaceFirst("\"r\" : 8", "\"r\" : 8, \"r\" : 16"))),
                of(
                        "probes that are none",
                        RejectReason.UNSAFE_FILE,
                        "does not begin as JSON does",
                        at -> Files.writeString(at.probes(), "probes")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("altered")
    void isRefused(String what, RejectReason reason, String detail, Alteration alteration) throws IOException {
        Candidate candidate = checkpoints.write(new Draft().altered(alteration));

        assertRefused(candidate, reason, detail);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "use_dora" : true                        | use_dora is set: DoRA
            "modules_to_save" : ["lm_head"]          | modules_to_save is set: modules trained in full
            "rank_pattern" : {"q_proj": 4}           | rank_pattern is set: one rank
            "alpha_pattern" : {"q_proj": 4}          | alpha_pattern is set: one alpha
            "fan_in_fan_out" : true                  | fan_in_fan_out is set
            "bias" : "lora_only"                     | bias is "lora_only": only none is served
            "peft_type" : "IA3"                      | peft_type is "IA3": only LORA is served
            "task_type" : "SEQ_CLS"                  | task_type is "SEQ_CLS"
            "target_modules" : "all-linear"          | target_modules is a pattern, 'all-linear'
            "target_modules" : ["lm_head"]           | target_modules names 'lm_head': adapters are served on linear layers
            "target_modules" : ["experts.w1"]        | target_modules names 'experts.w1', which is no linear layer
            "use_rslora" : true                      | use_rslora is set, and serving divides alpha by the rank
            "lora_bias" : true                       | lora_bias is set: biases are not served
            "layers_to_transform" : [0]              | layers_to_transform is set: an adapter covers all layers
            "init_lora_weights" : "pissa"            | init_lora_weights is 'pissa', which changes the base's own weights
            "a_field_of_next_year" : {"on": true}    | a_field_of_next_year is set: what it changes is not known
            """)
    void anAdapterThatIsNoPlainLoraIsRefusedByName(String field, String detail) throws IOException {
        String name = field.substring(0, field.indexOf(':'));
        Candidate candidate = checkpoints.write(new Draft().altered(at -> {
            String config = Files.readString(at.adapterConfig());
            String without = config.lines()
                    .filter(line -> !line.strip().startsWith(name))
                    .reduce("", (one, other) -> one + "\n" + other);
            Files.writeString(
                    at.adapterConfig(),
                    without.replaceFirst(",\\s*\\}\\s*$", "}").replaceFirst("\\{", "{" + field + ","));
        }));

        assertRefused(candidate, RejectReason.ADAPTER_UNSUPPORTED, detail);
    }

    @ParameterizedTest
    @CsvSource({
        "\"lora_alpha\" : 16.5, lora_alpha",
        "\"lora_alpha\" : 0, lora_alpha must be at least 1",
        "\"r\" : 0, r must be at least 1",
    })
    void ranksAndAlphasThatAreNoneAreRefused(String field, String detail) throws IOException {
        String name = field.substring(0, field.indexOf(':'));
        Candidate candidate = checkpoints.write(new Draft()
                .altered(at -> Files.writeString(
                        at.adapterConfig(),
                        Files.readString(at.adapterConfig()).replaceFirst(name + ": [0-9]+", field))));

        assertRefused(candidate, RejectReason.ARTIFACT_BROKEN, detail);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ../probes.json      | not a plain relative path: '../probes.json'
            /etc/passwd         | not a plain relative path: '/etc/passwd'
            a//b.json           | not a plain relative path
            con.json            | not a plain relative path: 'con.json'
            dots./x.json        | not a plain relative path
            PROBES.json         | 'PROBES.json' and 'probes.json' are one file
            probes.json/x.json  | 'probes.json' is a file and the folder of
            """)
    void pathsThatLeadOutOrAreNotKeptApartAreRefused(String path, String detail) throws IOException {
        Candidate written = checkpoints.write(new Draft());
        Candidate candidate = resigned(written, "\"batches.jsonl\"", "\"" + path + "\"");

        assertThatThrownBy(() -> gate.check(candidate, checkpoints.directory(written)))
                .isInstanceOfSatisfying(RefusedException.class, refused -> {
                    assertThat(refused.reason()).isEqualTo(RejectReason.UNSAFE_PATH);
                    assertThat(refused.detail()).contains(detail);
                });
    }

    @Test
    void linksAreRefusedWhereverTheyLead() throws IOException {
        Candidate file = checkpoints.write(new Draft().step(1));
        Path weights = checkpoints.directory(file).adapterWeights();
        Files.createSymbolicLink(weights, Files.move(weights, folder.resolve("elsewhere")));
        Candidate directory = checkpoints.write(new Draft().step(2));
        Path adapter = checkpoints.directory(directory).adapter();
        Files.createSymbolicLink(adapter, Files.move(adapter, folder.resolve("elsewhere-too")));
        Candidate all = checkpoints.write(new Draft().step(3));
        Path root = checkpoints.directory(all).root();
        Files.createSymbolicLink(root, Files.move(root, folder.resolve("moved")));

        assertRefused(
                file, RejectReason.UNSAFE_PATH, "'adapter/adapter_model.safetensors' is a link or a special file");
        assertRefused(directory, RejectReason.UNSAFE_PATH, "'adapter' is a link or a special file");
        assertRefused(all, RejectReason.UNSAFE_PATH, "the checkpoint's directory is a link");
    }

    @Test
    void aNameWithALineBreakStaysOnOneLine() throws IOException {
        Candidate candidate = checkpoints.write(new Draft());
        Files.writeString(checkpoints.directory(candidate).root().resolve("a\nb.txt"), "");

        assertRefused(candidate, RejectReason.UNSAFE_PATH, "'a\\u000ab.txt'");
    }

    @Test
    void depthAndNumberOfFilesHaveAnEnd() throws IOException {
        Candidate deep = checkpoints.write(new Draft().step(1));
        Files.createDirectories(checkpoints.directory(deep).root().resolve("a/b/c/d/e/f/g/h/i"));
        Candidate many = checkpoints.write(new Draft().step(2));
        for (int i = 0; i < 1_000; i++) {
            Files.createFile(checkpoints.directory(many).root().resolve(i + ".txt"));
        }

        assertRefused(deep, RejectReason.UNSAFE_PATH, "is deeper than 8 folders");
        assertRefused(many, RejectReason.UNSAFE_PATH, "more than 1000 files");
    }

    /** 640 is 80 02 in bytes, as a pickle of protocol 2 begins: what follows says what it is. */
    @ParameterizedTest
    @ValueSource(ints = {0x280, 0x380, 0x480, 0x580})
    void aHeaderWhoseLengthLooksLikeAPickleIsNone(int length) throws Exception {
        ArtifactLimits limits = new ArtifactLimits(1, 2, 2);
        CheckpointGate roomy = new CheckpointGate(
                BaseModel.read(checkpoints.base()), new AdapterLimits(List.of(8, 16), 16, false), limits);
        Candidate candidate = checkpoints.write(new Draft().altered(at -> {
            Path state = Files.createDirectories(at.root().resolve("state"));
            String header = "{%s}".formatted(x(0, 4));
            Files.write(
                    state.resolve("optimizer.safetensors"), tensors(header + " ".repeat(length - header.length()), 4));
        }));

        assertThat(roomy.check(candidate, checkpoints.directory(candidate)).version())
                .hasToString(candidate.version());
    }

    /** What the trainer writes passes: the ledger is a {@code .bin} of its own, and moments are safetensors. */
    @Test
    void theTrainersOwnStatePasses() throws Exception {
        Candidate candidate = checkpoints.write(new Draft().altered(at -> {
            Path state = Files.createDirectories(at.root().resolve("state"));
            Files.writeString(state.resolve("ledger.bin"), "attune-ledger 2");
            Files.writeString(state.resolve("trainer.json"), "{}");
            Files.writeString(state.resolve("journal.jsonl"), "0a1b2c3d {}\n");
            Files.writeString(state.resolve("held-out.jsonl"), "");
            Files.writeString(state.resolve("trained-pairs.txt"), "pair 1\n");
            SafeTensors.write(
                    state.resolve("optimizer.safetensors"), Map.of("m", TensorData.floats(new float[1])), Map.of());
            Files.writeString(at.adapter().resolve("README.md"), "An adapter.");
        }));

        assertThat(gate.check(candidate, checkpoints.directory(candidate)).version())
                .hasToString(candidate.version());
    }

    private void assertRefused(Candidate candidate, RejectReason reason, String detail) {
        assertThatThrownBy(() -> gate.check(candidate, checkpoints.directory(candidate)))
                .isInstanceOfSatisfying(RefusedException.class, refused -> {
                    assertThat(refused.reason()).as(refused.detail()).isEqualTo(reason);
                    assertThat(refused.detail()).contains(detail);
                });
    }

    /** The event of a manifest that was written by hand. */
    private Candidate resigned(Candidate written, String replaced, String with) throws IOException {
        CheckpointDirectory directory = checkpoints.directory(written);
        String manifest = Files.readString(directory.manifest()).replace(replaced, with);
        Files.writeString(directory.manifest(), manifest);
        String digest = Digests.sha256(manifest.getBytes(StandardCharsets.UTF_8));
        return new Candidate(
                written.tenant(),
                written.modelId(),
                CheckpointVersion.of(1, digest).toString(),
                null,
                Digests.prefixed(digest),
                written.artifactUri(),
                written.committedAt());
    }

    private static Arguments of(String what, RejectReason reason, String detail, Alteration alteration) {
        return Arguments.of(what, reason, detail, alteration);
    }

    private static byte[] header(long length, String json) {
        byte[] text = json.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Long.BYTES + text.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put(text)
                .array();
    }

    private static byte[] tensors(String header, int dataBytes) {
        byte[] file = header(header.length(), header);
        return Arrays.copyOf(file, file.length + dataBytes);
    }

    private static String x(int begin, int end) {
        return "\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[%d,%d]}".formatted(begin, end);
    }

    private static void write(CheckpointDirectory at, float number, int element) throws IOException {
        float[] a = new float[8 * 4];
        a[element] = number;
        Map<String, TensorData> tensors = new TreeMap<>();
        tensors.put(Q + "A.weight", TensorData.floats(a, 8, 4));
        tensors.put(Q + "B.weight", TensorData.floats(new float[4 * 8], 4, 8));
        SafeTensors.write(at.adapter().resolve(PeftConfig.WEIGHTS_FILE_NAME), tensors, Map.of());
    }

    private static void grow(Path file, long bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {0}), bytes - 1);
        }
    }
}
