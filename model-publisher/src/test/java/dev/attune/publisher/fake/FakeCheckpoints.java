package dev.attune.publisher.fake;

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
import dev.attune.publisher.release.Candidate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A base model's directory, and checkpoints on it as a trainer leaves them. */
public final class FakeCheckpoints {

    public static final String TENANT = "acme";
    public static final String MODEL = "support";

    static final String STRENGTH_TENSOR = "base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight";

    private static final String A_TENSOR = STRENGTH_TENSOR.replace("lora_B", "lora_A");
    private static final int RANK = 8;
    private static final int HIDDEN = 4;
    private static final List<List<Integer>> PROBE_TOKENS =
            List.of(List.of(1, 2, 3, 4, 5, 6), List.of(7, 3, 9, 11, 15, 2, 8));

    private final Path folder;

    /** @param folder an empty one */
    public FakeCheckpoints(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(base());
        Files.writeString(base().resolve("config.json"), """
                {"model_type": "llama", "hidden_size": 4, "num_attention_heads": 2, "num_key_value_heads": 1,
                 "intermediate_size": 8, "num_hidden_layers": 1, "vocab_size": 16}
                """);
        SafeTensors.write(
                base().resolve("model.safetensors"),
                Map.of(
                        "model.norm.weight",
                        TensorData.floats(new float[HIDDEN], HIDDEN),
                        "model.layers.0.self_attn.q_proj.weight",
                        TensorData.floats(new float[HIDDEN * HIDDEN], HIDDEN, HIDDEN)),
                Map.of());
    }

    /** The base model's directory. */
    public Path base() {
        return folder.resolve("base");
    }

    /** A change of a checkpoint's files. */
    @FunctionalInterface
    public interface Alteration {
        void to(CheckpointDirectory checkpoint) throws IOException;
    }

    /** What makes one checkpoint another. */
    public static final class Draft {
        private long step = 1;
        private double strength = 0.1;
        private double probedStrength = Double.NaN;
        private ArtifactKind kind = ArtifactKind.ADAPTER;
        private @Nullable String parent;
        private String modelId = MODEL;
        private @Nullable String baseRevision;
        private Instant committedAt = Instant.EPOCH;
        private List<Instant> evidence = List.of();
        private PeftConfig config = PeftConfig.lora("base", RANK, 16, false, List.of("q_proj"));
        private float[] secondB = new float[0];
        private Map<String, Double> evaluation = Map.of();
        private Alteration alteration = checkpoint -> {};

        public Draft step(long value) {
            step = value;
            committedAt = Instant.EPOCH.plusSeconds(value);
            return this;
        }

        /** How far the adapter moves the model. */
        public Draft strength(double value) {
            strength = value;
            return this;
        }

        /** What the trainer believed that it had computed. */
        public Draft probedStrength(double value) {
            probedStrength = value;
            return this;
        }

        /** A whole model in the adapter's place. */
        public Draft wholeModel() {
            kind = ArtifactKind.MODEL;
            return this;
        }

        public Draft parent(String value) {
            parent = value;
            return this;
        }

        public Draft modelId(String value) {
            modelId = value;
            return this;
        }

        public Draft baseRevision(String value) {
            baseRevision = value;
            return this;
        }

        /** When the last evidence of each of its pairs came. */
        public Draft evidence(Instant... values) {
            evidence = List.of(values);
            return this;
        }

        public Draft config(PeftConfig value) {
            config = value;
            return this;
        }

        /** What the trainer measured. */
        public Draft evaluation(Map<String, Double> values) {
            evaluation = values;
            return this;
        }

        /** Changes files before the manifest is written over them: what an ill-meaning trainer would announce. */
        public Draft altered(Alteration value) {
            alteration = value;
            return this;
        }

        /** Numbers of B after the first. */
        public Draft restOfB(float... values) {
            secondB = values;
            return this;
        }
    }

    /** Writes a checkpoint, and returns what its event announces. */
    public Candidate write(Draft draft) throws IOException {
        Path aside = Files.createTempDirectory(folder, "writing-");
        CheckpointDirectory checkpoint = new CheckpointDirectory(aside);
        switch (draft.kind) {
            case ADAPTER -> {
                Files.createDirectories(checkpoint.adapter());
                draft.config.write(checkpoint.adapterConfig());
                writeWeights(draft, checkpoint.adapterWeights());
            }
            case MODEL -> writeModel(checkpoint.model());
        }
        double probed = Double.isNaN(draft.probedStrength) ? (float) draft.strength : draft.probedStrength;
        Probe.writeAll(
                checkpoint.probes(),
                PROBE_TOKENS.stream()
                        .map(tokens -> new Probe(tokens, FakeLanguageModel.logps(tokens, probed)))
                        .toList());
        TrainedBatch.writeAll(checkpoint.batches(), List.of(batch(draft)));
        draft.alteration.to(checkpoint);
        String revision = draft.baseRevision == null ? BaseRevision.of(base()) : draft.baseRevision;
        String digest = checkpoint.writeManifest(new CheckpointManifest(
                CheckpointManifest.FORMAT,
                draft.kind,
                draft.modelId,
                draft.step,
                draft.parent,
                new CheckpointManifest.Base("base", revision),
                "0".repeat(64),
                new TreeMap<>(Map.of("preference-pairs-0", draft.step)),
                checkpoint.describeFiles(),
                new TreeMap<>(draft.evaluation),
                draft.committedAt));
        String version = CheckpointVersion.of(draft.step, digest).toString();
        Path home = Files.move(aside, folder.resolve(version));
        return new Candidate(
                TENANT,
                draft.modelId,
                version,
                draft.parent,
                Digests.prefixed(digest),
                home.toUri().toString(),
                draft.committedAt,
                false,
                CheckpointKind.valueOf(draft.kind.name()));
    }

    private void writeModel(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (String name : List.of("config.json", "model.safetensors")) {
            Files.copy(base().resolve(name), folder.resolve(name));
        }
        Files.writeString(folder.resolve("tokenizer.json"), "{}");
    }

    /** The directory that {@link #write} wrote. */
    public CheckpointDirectory directory(Candidate candidate) {
        return new CheckpointDirectory(folder.resolve(candidate.version()));
    }

    /** The event that announces a checkpoint. */
    public static CheckpointCommitted event(Candidate candidate) {
        return CheckpointCommitted.newBuilder()
                .setEventId(UUID.randomUUID().toString())
                .setTenant(candidate.tenant())
                .setModelId(candidate.modelId())
                .setOccurredAt(candidate.committedAt())
                .setReceivedAt(candidate.committedAt())
                .setVersion(candidate.version())
                .setParent(candidate.parent())
                .setKind(candidate.kind())
                .setArtifactDigest(candidate.artifactDigest())
                .setArtifactUri(candidate.artifactUri())
                .setFirstEvidenceAt(Instant.EPOCH)
                .setLastEvidenceAt(Instant.EPOCH)
                .build();
    }

    private static void writeWeights(Draft draft, Path file) throws IOException {
        float[] b = new float[HIDDEN * RANK];
        b[0] = (float) draft.strength;
        System.arraycopy(draft.secondB, 0, b, 1, draft.secondB.length);
        Map<String, TensorData> tensors = new TreeMap<>();
        float[] a = new float[RANK * HIDDEN];
        a[0] = 1;
        tensors.put(A_TENSOR, TensorData.floats(a, RANK, HIDDEN));
        tensors.put(STRENGTH_TENSOR, TensorData.floats(b, HIDDEN, RANK));
        SafeTensors.write(file, tensors, Map.of("format", "pt"));
    }

    private static TrainedBatch batch(Draft draft) {
        List<TrainedBatch.Pair> pairs = draft.evidence.stream()
                .map(evidence -> new TrainedBatch.Pair(
                        "pair-" + evidence, 1, 0.75, List.of("event"), evidence, "preference-pairs", 0, 0))
                .toList();
        return new TrainedBatch(Math.max(1, draft.step), pairs, Map.of());
    }
}
