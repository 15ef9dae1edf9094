package dev.attune.publisher.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.artifacts.DType;
import dev.attune.artifacts.PeftConfig;
import dev.attune.artifacts.SafeTensors;
import dev.attune.artifacts.TensorData;
import dev.attune.artifacts.TensorInfo;
import dev.attune.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AdapterMergeTest {

    /** Of float32, for a sum of a few products near 1. */
    private static final double FP32_ERROR = 1e-6;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"F32, 4, 8, false", "F32, 3, 5, true", "F16, 8, 16, false", "BF16, 8, 16, true", "BF16, 7, 3, false"})
    void eachWeightIsTheNearestToWhatFloat64Computes(DType dtype, int rank, int alpha, boolean rslora)
            throws Exception {
        Path base = new TinyBase(folder.resolve("base"), dtype).sharded().directory();
        Path adapter =
                new TinyBase(folder.resolve("unused"), dtype).adapter(folder.resolve("adapter"), rank, alpha, rslora);
        Path merged = folder.resolve("merged");

        merge(base, adapter, merged);

        double scale = rslora ? alpha / Math.sqrt(rank) : (double) alpha / rank;
        for (int layer = 0; layer < 2; layer++) {
            String shard = "model-0000" + (layer + 1) + "-of-00002.safetensors";
            for (String matrix : TinyBase.MATRICES) {
                String name = TinyBase.name(layer, matrix);
                requireNearest(
                        exact(base.resolve(shard), adapter, name, scale), read(merged.resolve(shard), name), dtype);
            }
        }
    }

    /** W + scale · B · A, in doubles, by the definition. */
    private static double[] exact(Path shard, Path adapter, String name, double scale) throws IOException {
        float[] w = read(shard, name);
        String module = "base_model.model." + name.substring(0, name.length() - ".weight".length());
        Path factors = adapter.resolve(PeftConfig.WEIGHTS_FILE_NAME);
        float[] a = read(factors, module + ".lora_A.weight");
        float[] b = read(factors, module + ".lora_B.weight");
        int rank = PeftConfig.read(adapter.resolve(PeftConfig.FILE_NAME)).rank();
        int in = a.length / rank;
        double[] exact = new double[w.length];
        for (int i = 0; i < w.length; i++) {
            double sum = 0;
            for (int k = 0; k < rank; k++) {
                sum += (double) b[i / in * rank + k] * a[k * in + i % in];
            }
            exact[i] = w[i] + scale * sum;
        }
        return exact;
    }

    /** Half a unit in the last place of the stored type, and what float32 computes with. */
    private static void requireNearest(double[] exact, float[] stored, DType dtype) {
        assertThat(stored).hasSameSizeAs(exact);
        double moved = 0;
        for (int i = 0; i < exact.length; i++) {
            double ulp = switch (dtype) {
                case F16 -> Math.max(Math.ulp((float) exact[i]) * (1 << 13), 0x1p-24);
                case BF16 -> Math.ulp((float) exact[i]) * (1 << 16);
                default -> Math.ulp((float) exact[i]);
            };
            assertThat(Math.abs(stored[i] - exact[i])).isLessThanOrEqualTo(ulp / 2 + FP32_ERROR);
            moved = Math.max(moved, Math.abs(stored[i]));
        }
        assertThat(moved).isGreaterThan(0.1);
    }

    @Test
    void whatTheAdapterDoesNotChangeIsTheBasesByteForByte() throws Exception {
        Path base = new TinyBase(folder.resolve("base"), DType.BF16).sharded().directory();
        Path adapter =
                new TinyBase(folder.resolve("unused"), DType.F32).adapter(folder.resolve("adapter"), 4, 8, false);
        Path merged = folder.resolve("merged");
        List<String> progress = new ArrayList<>();

        new AdapterMerge(base, adapter)
                .writeTo(
                        merged,
                        (file, number, files, changed) ->
                                progress.add(file + " " + number + "/" + files + " " + changed));

        assertThat(progress)
                .containsExactly("model-00001-of-00002.safetensors 1/2 3", "model-00002-of-00002.safetensors 2/2 3");
        assertThat(names(merged))
                .containsExactly(
                        "LICENSE",
                        "attune-merge.json",
                        "config.json",
                        "model-00001-of-00002.safetensors",
                        "model-00002-of-00002.safetensors",
                        "model.safetensors.index.json",
                        "tokenizer.json");
        assertThat(merged.resolve("model.safetensors.index.json"))
                .hasSameBinaryContentAs(base.resolve("model.safetensors.index.json"));
        try (SafeTensors before = SafeTensors.open(base.resolve("model-00001-of-00002.safetensors"));
                SafeTensors after = SafeTensors.open(merged.resolve("model-00001-of-00002.safetensors"))) {
            assertThat(after.tensors()).isEqualTo(before.tensors());
            assertThat(after.metadata()).isEqualTo(before.metadata());
            for (Map.Entry<String, TensorInfo> tensor : before.tensors().entrySet()) {
                boolean same = before.map(tensor.getKey()).equals(after.map(tensor.getKey()));
                assertThat(same).as(tensor.getKey()).isEqualTo(!tensor.getKey().contains("_proj"));
            }
        }
        // A server is another user
        assertThat(Files.getPosixFilePermissions(merged)).contains(PosixFilePermission.GROUP_READ);
    }

    /** More rows than one block holds: 1,100 of 1,000 are more than 2^20 elements. */
    @ParameterizedTest
    @EnumSource(names = {"F32", "BF16"})
    void aMatrixOfSeveralBlocksIsMergedThroughout(DType dtype) throws Exception {
        int rows = 1_100;
        int columns = 1_000;
        String name = TinyBase.name(0, "mlp.up_proj");
        Random random = new Random(2);
        Path base = new TinyBase(folder.resolve("base"), dtype).directory();
        SafeTensors.write(
                base.resolve("model.safetensors"),
                Map.of(name, TinyBase.tensor(dtype, random(random, rows * columns), rows, columns)),
                Map.of());
        Map<String, TensorData> factors = new TreeMap<>();
        String module = "base_model.model.model.layers.0.mlp.up_proj";
        factors.put(module + ".lora_A.weight", TensorData.floats(random(random, 2 * columns), 2, columns));
        factors.put(module + ".lora_B.weight", TensorData.floats(random(random, rows * 2), rows, 2));
        Path adapter = TinyBase.write(folder.resolve("adapter"), 2, 1, false, factors);

        merge(base, adapter, folder.resolve("merged"));

        requireNearest(
                exact(base.resolve("model.safetensors"), adapter, name, 0.5),
                read(folder.resolve("merged/model.safetensors"), name),
                dtype);
    }

    @Test
    void anAdapterThatPeftWroteIsMergedIntoItsBase() throws Exception {
        Path base = SharedData.resolve("models/tinystories-656k");
        Path adapter = SharedData.resolve("golden/from-base/sigmoid-adapter-final");

        merge(base, adapter, folder.resolve("merged"));

        for (String matrix : List.of("self_attn.q_proj", "self_attn.k_proj", "mlp.down_proj")) {
            String name = TinyBase.name(1, matrix);
            requireNearest(
                    exact(base.resolve("model.safetensors"), adapter, name, 2),
                    read(folder.resolve("merged/model.safetensors"), name),
                    DType.F32);
        }
        assertThat(names(folder.resolve("merged")))
                .contains("config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json");
    }

    @Test
    void whatDoesNotFitIsRefusedAndNothingIsLeft() throws Exception {
        Path base = new TinyBase(folder.resolve("base"), DType.F16).single().directory();
        String module = "base_model.model.model.layers.0.self_attn.q_proj";
        Path otherShape = adapter("other-shape", module, new float[2 * 5], 2, 5);
        Path otherLayer = adapter("other-layer", module.replace("layers.0", "layers.7"), new float[2 * 6], 2, 6);
        Path head = adapter("head", "base_model.model.lm_head", new float[2 * 6], 2, 6);
        float[] notFinite = new float[2 * 6];
        notFinite[4] = Float.NaN;
        Path nan = adapter("nan", module, notFinite, 2, 6);
        float[] huge = new float[2 * 6];
        Arrays.fill(huge, 1e5f);
        Path overflow = adapter("overflow", module, huge, 2, 6);

        assertRefused(
                base,
                otherShape,
                "lora_A.weight' is [2, 5], the base's 'model.layers.0.self_attn.q_proj.weight' asks"
                        + " for [2, 6]: is this the base that it was trained on?");
        assertRefused(base, otherLayer, "the adapter changes 'model.layers.7.self_attn.q_proj.weight', which");
        assertRefused(base, head, "the adapter changes 'lm_head.weight', which");
        assertRefused(base, nan, "lora_A.weight' holds NaN or infinity at element 4");
        assertRefused(base, overflow, "with the adapter in it is not finite in F16 at element 0");
        assertThat(names(folder)).noneMatch(name -> name.startsWith(".aside"));
    }

    @Test
    void aBaseThatIsNotWhatItSaysIsRefused() throws Exception {
        Path adapter =
                new TinyBase(folder.resolve("unused"), DType.F32).adapter(folder.resolve("adapter"), 4, 8, false);
        Path none = new TinyBase(folder.resolve("none"), DType.F32).directory();
        Path lost = new TinyBase(folder.resolve("lost"), DType.F32).sharded().directory();
        Files.delete(lost.resolve("model-00002-of-00002.safetensors"));
        Path escape = new TinyBase(folder.resolve("escape"), DType.F32).directory();
        Files.writeString(
                escape.resolve("model.safetensors.index.json"),
                "{\"weight_map\": {\"x\": \"../base/model.safetensors\"}}");
        Path swapped =
                new TinyBase(folder.resolve("swapped"), DType.F32).sharded().directory();
        Files.copy(
                swapped.resolve("model-00001-of-00002.safetensors"),
                swapped.resolve("model-00002-of-00002.safetensors"),
                StandardCopyOption.REPLACE_EXISTING);
        Path both = new TinyBase(folder.resolve("both"), DType.F32)
                .sharded()
                .single()
                .directory();
        Path quantised =
                new TinyBase(folder.resolve("quantised"), DType.F32).single().directory();
        Files.writeString(quantised.resolve("config.json"), "{\"quantization_config\": {\"bits\": 4}}");

        assertRefused(none, adapter, "has neither model.safetensors nor model.safetensors.index.json");
        assertRefused(lost, adapter, "model-00002-of-00002.safetensors is missing, which");
        assertRefused(escape, adapter, "weight_map names a file that is no shard");
        assertRefused(swapped, adapter, "model-00002-of-00002.safetensors does not hold the tensors that");
        assertRefused(both, adapter, "which are the weights?");
        assertRefused(quantised, adapter, "quantised weights cannot take an adapter in");
        assertRefused(folder.resolve("nowhere"), adapter, "config.json is missing");
    }

    @Test
    void weightsAreNeverWrittenOverOthers() throws Exception {
        Path base = new TinyBase(folder.resolve("base"), DType.F32).single().directory();
        Path adapter =
                new TinyBase(folder.resolve("unused"), DType.F32).adapter(folder.resolve("adapter"), 4, 8, false);
        Files.createDirectory(folder.resolve("merged"));

        assertThatThrownBy(() -> merge(base, adapter, folder.resolve("merged")))
                .isInstanceOf(MergeException.class)
                .hasMessageContaining("is there already");
    }

    private Path adapter(String name, String module, float[] a, int rank, int in) throws IOException {
        float[] b = new float[6 * rank];
        Arrays.fill(b, 1f);
        Map<String, TensorData> factors = new TreeMap<>();
        factors.put(module + ".lora_A.weight", TensorData.floats(a, rank, in));
        factors.put(module + ".lora_B.weight", TensorData.floats(b, 6, rank));
        return TinyBase.write(folder.resolve(name), rank, 2 * rank, false, factors);
    }

    private void assertRefused(Path base, Path adapter, String message) {
        Path target = folder.resolve("refused");
        assertThatThrownBy(() -> merge(base, adapter, target))
                .isInstanceOf(MergeException.class)
                .hasMessageContaining(message);
        assertThat(target).doesNotExist();
    }

    private static void merge(Path base, Path adapter, Path target) throws MergeException, IOException {
        new AdapterMerge(base, adapter).writeTo(target, (file, number, files, merged) -> {});
    }

    private static float[] read(Path file, String tensor) throws IOException {
        try (SafeTensors tensors = SafeTensors.open(file)) {
            return tensors.floats(tensor);
        }
    }

    private static float[] random(Random random, int elements) {
        float[] values = new float[elements];
        for (int i = 0; i < elements; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
