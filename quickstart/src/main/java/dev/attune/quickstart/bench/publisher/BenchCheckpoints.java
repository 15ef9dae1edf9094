package dev.attune.quickstart.bench.publisher;

import dev.attune.artifacts.ArtifactKind;
import dev.attune.artifacts.BaseRevision;
import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.CheckpointManifest;
import dev.attune.artifacts.CheckpointVersion;
import dev.attune.artifacts.Digests;
import dev.attune.artifacts.PeftConfig;
import dev.attune.artifacts.Probe;
import dev.attune.artifacts.SafeTensors;
import dev.attune.artifacts.TensorData;
import dev.attune.artifacts.TrainedBatch;
import dev.attune.events.CheckpointCommitted;
import dev.attune.events.CheckpointKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Checkpoints as a trainer writes them, on a Llama with a hidden width of 2,048 and as many layers as it takes for an adapter of
 * the wanted size. The weights are random; what replicas make of them is {@link BenchLanguageModel}.
 */
final class BenchCheckpoints {

    static final String TENANT = "bench";

    private static final int HIDDEN = 2048;
    private static final int FFN = 8192;
    private static final int KEY_WIDTH = 512;
    private static final int PROBES = 8;
    private static final int PROBE_TOKENS = 64;
    /** Numbers of a layer's seven pairs of A and B, for each rank. */
    private static final long NUMBERS_A_RANK = 2L * (HIDDEN + HIDDEN) + 2L * (HIDDEN + KEY_WIDTH) + 3L * (HIDDEN + FFN);

    private final Path folder;
    private final String modelId;
    private final int rank;
    private final int layers;
    private final Random random = new Random(1);
    private @Nullable String parent;
    private long step;

    /** @param megabytes wanted of an adapter's weights */
    BenchCheckpoints(Path folder, String modelId, int megabytes) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.modelId = modelId;
        this.rank = megabytes <= 4 ? 1 : megabytes <= 100 ? 16 : 64;
        this.layers = (int) Math.max(1, Math.round(megabytes * 1e6 / (Float.BYTES * NUMBERS_A_RANK * rank)));
        Files.createDirectories(base());
        Files.writeString(base().resolve("config.json"), """
                {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_size": %d,
                 "num_attention_heads": 32, "num_key_value_heads": 8, "intermediate_size": %d,
                 "num_hidden_layers": %d, "vocab_size": 1024}
                """.formatted(HIDDEN, FFN, layers));
        SafeTensors.write(
                base().resolve("model.safetensors"),
                Map.of("model.norm.weight", TensorData.floats(new float[HIDDEN], HIDDEN)),
                Map.of());
    }

    Path base() {
        return folder.resolve("base");
    }

    /** Writes the next checkpoint and returns its event. */
    CheckpointCommitted next() throws IOException {
        step++;
        CheckpointDirectory checkpoint = new CheckpointDirectory(Files.createTempDirectory(folder, "writing-"));
        Files.createDirectories(checkpoint.adapter());
        PeftConfig.lora("base", rank, 2 * rank, false, List.copyOf(widths().keySet()))
                .write(checkpoint.adapterConfig());
        SafeTensors.write(checkpoint.adapterWeights(), tensors(), Map.of(InstantReplica.SEED, String.valueOf(step)));
        Probe.writeAll(checkpoint.probes(), probes());
        TrainedBatch.writeAll(checkpoint.batches(), List.of(new TrainedBatch(step, List.of(), Map.of())));
        Instant now = Instant.now();
        String digest = checkpoint.writeManifest(new CheckpointManifest(
                CheckpointManifest.FORMAT,
                ArtifactKind.ADAPTER,
                modelId,
                step,
                parent,
                new CheckpointManifest.Base("base", BaseRevision.of(base())),
                "0".repeat(64),
                new TreeMap<>(),
                checkpoint.describeFiles(),
                new TreeMap<>(),
                now));
        String version = CheckpointVersion.of(step, digest).toString();
        Path home = Files.move(checkpoint.root(), folder.resolve(version));
        CheckpointCommitted event = CheckpointCommitted.newBuilder()
                .setEventId(UUID.randomUUID().toString())
                .setTenant(TENANT)
                .setModelId(modelId)
                .setOccurredAt(now)
                .setReceivedAt(now)
                .setVersion(version)
                .setParent(parent)
                .setKind(CheckpointKind.ADAPTER)
                .setArtifactDigest(Digests.prefixed(digest))
                .setArtifactUri(home.toUri().toString())
                .setFirstEvidenceAt(now)
                .setLastEvidenceAt(now)
                .build();
        parent = version;
        return event;
    }

    /** The newest checkpoint's weights. */
    Path weights() {
        return new CheckpointDirectory(folder.resolve(String.valueOf(parent))).adapterWeights();
    }

    /** Input and output width by module. */
    private static Map<String, List<Integer>> widths() {
        return Map.of(
                "q_proj", List.of(HIDDEN, HIDDEN),
                "k_proj", List.of(HIDDEN, KEY_WIDTH),
                "v_proj", List.of(HIDDEN, KEY_WIDTH),
                "o_proj", List.of(HIDDEN, HIDDEN),
                "gate_proj", List.of(HIDDEN, FFN),
                "up_proj", List.of(HIDDEN, FFN),
                "down_proj", List.of(FFN, HIDDEN));
    }

    private Map<String, TensorData> tensors() {
        Map<String, TensorData> tensors = new TreeMap<>();
        for (int layer = 0; layer < layers; layer++) {
            String prefix = "base_model.model.model.layers." + layer + ".";
            widths().forEach((module, width) -> {
                String path = prefix
                        + (module.endsWith("gate_proj") || module.endsWith("up_proj") || module.endsWith("down_proj")
                                ? "mlp."
                                : "self_attn.")
                        + module;
                tensors.put(path + ".lora_A.weight", random(rank, width.getFirst()));
                tensors.put(path + ".lora_B.weight", random(width.getLast(), rank));
            });
        }
        return tensors;
    }

    private TensorData random(int rows, int columns) {
        return TensorData.madeFloats(
                () -> {
                    float[] numbers = new float[rows * columns];
                    for (int i = 0; i < numbers.length; i++) {
                        numbers[i] = random.nextFloat() - 0.5f;
                    }
                    return numbers;
                },
                rows,
                columns);
    }

    private List<Probe> probes() {
        return random.ints(PROBES)
                .mapToObj(seed ->
                        new Random(seed).ints(PROBE_TOKENS, 0, 1024).boxed().toList())
                .map(tokens -> new Probe(tokens, BenchLanguageModel.logps(step, tokens)))
                .toList();
    }
}
