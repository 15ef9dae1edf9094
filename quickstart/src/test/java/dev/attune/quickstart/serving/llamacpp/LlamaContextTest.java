package dev.attune.quickstart.serving.llamacpp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.quickstart.serving.TinyModel;
import dev.attune.quickstart.serving.gguf.AdapterConverter;
import dev.attune.quickstart.serving.gguf.BaseModelConverter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The binding: what would end the JVM is refused, and what is freed is gone. */
@SuppressWarnings("NullAway.Init")
class LlamaContextTest {
    private static final ContextShape SHAPE = new ContextShape(64, 4, 32);
    private static final int[] FIRST = {0};

    @TempDir
    private static Path folder;

    private static Path adapterFile;
    private static LlamaModel model;

    @BeforeAll
    static void load() throws Exception {
        Path directory = TinyModel.write(folder.resolve("tiny"), 1);
        Path gguf = folder.resolve("tiny.gguf");
        BaseModelConverter.convert(directory, TinyModel.config(directory), gguf);
        model = LlamaModel.load(gguf);
        adapterFile = folder.resolve("adapter.gguf");
        new AdapterConverter(TinyModel.config(directory), 64)
                .convert(TinyModel.writeAdapter(folder.resolve("adapter"), 64, 3), adapterFile);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    void givenWhatLlamaCppAbortsOnWhenAddedThenItIsRefused() {
        try (LlamaContext context = model.newContext(SHAPE)) {
            DecodeBatch batch = context.batch();

            assertThatThrownBy(() -> batch.add(new int[] {272}, 0, FIRST, true))
                    .hasMessage("token id 272 is outside the vocabulary of 272");
            assertThatThrownBy(() -> batch.add(new int[] {-1}, 0, FIRST, true)).hasMessageContaining("token id -1");
            assertThatThrownBy(() -> batch.add(new int[33], 0, FIRST, true))
                    .hasMessage("33 tokens do not fit: 1 to 32 do");
            assertThatThrownBy(() -> batch.add(new int[1], 64, FIRST, true))
                    .hasMessageContaining("outside the context");
            assertThatThrownBy(() -> batch.add(new int[1], 0, new int[] {4}, true))
                    .hasMessageContaining("sequence 4");
            assertThatThrownBy(context::decode).hasMessage("the batch is empty");
        }
    }

    @Test
    void givenALogitsRowThatWasNotAskedForWhenReadThenItIsRefused() {
        try (LlamaContext context = model.newContext(SHAPE)) {
            context.batch().add(new int[] {1, 2, 3}, 0, FIRST, false);
            context.decode();

            context.logits(2, new float[TinyModel.VOCABULARY]);
            assertThatThrownBy(() -> context.logits(1, new float[TinyModel.VOCABULARY]))
                    .hasMessageContaining("no logits were asked for row 1");
        }
    }

    @Test
    void givenAFullCacheWhenDecodedThenItIsAnExceptionAndTheContextGoesOn() {
        try (LlamaContext context = model.newContext(SHAPE)) {
            for (int sequence = 0; sequence < 2; sequence++) {
                context.batch().clear();
                context.batch().add(new int[32], 0, new int[] {sequence}, false);
                context.decode();
            }
            context.batch().clear();
            context.batch().add(new int[] {1}, 0, new int[] {2}, false);

            assertThatThrownBy(context::decode).isInstanceOf(LlamaCppException.class);
            context.clear();
            context.decode();
        }
    }

    @Test
    void givenAFileThatIsNoAdapterWhenLoadedThenLlamaCppsReasonIsTold() throws IOException {
        Path wrong = Files.writeString(folder.resolve("wrong.gguf"), "GGUF, but not really");

        assertThatThrownBy(() -> model.loadAdapter(wrong))
                .isInstanceOf(LlamaCppException.class)
                .hasMessageContaining("llama.cpp refuses the adapter")
                .hasMessageNotContaining("no reason given");
    }

    @Test
    void givenAnOpenContextWhenTheModelIsClosedThenItRefuses() {
        try (LlamaContext context = model.newContext(SHAPE)) {
            assertThatThrownBy(model::close).hasMessageContaining("still open");
            context.clear();
        }
    }

    @Test
    void givenTwoThreadsWhenEachComputesOnItsContextThenBothGetWhatOneAloneGets() throws Exception {
        float[] alone = computeRepeatedly(1).getFirst();

        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            // Without turns, nine in ten of these were wrong.
            Callable<List<float[]>> user = () -> computeRepeatedly(300);
            for (Future<List<float[]>> each : threads.invokeAll(List.of(user, user))) {
                assertThat(each.get()).allSatisfy(logits -> assertThat(logits).containsExactly(alone));
            }
        }
    }

    private static List<float[]> computeRepeatedly(int times) {
        List<float[]> results = new ArrayList<>();
        try (LlamaContext context = model.newContext(SHAPE)) {
            int[] tokens = IntStream.range(0, 20).map(i -> 7 * i).toArray();
            for (int i = 0; i < times; i++) {
                context.clear();
                context.batch().clear();
                context.batch().add(tokens, 0, FIRST, false);
                context.decode();
                float[] logits = new float[TinyModel.VOCABULARY];
                context.logits(tokens.length - 1, logits);
                results.add(logits);
            }
        }
        return results;
    }

    @Test
    void givenManyCyclesWhenAdaptersComeAndGoThenMemoryDoesNotGrow() throws IOException {
        cycles(50);
        long smallestGrowth = Long.MAX_VALUE;

        for (int round = 0; round < 3; round++) {
            long before = residentBytes();
            cycles(300);
            smallestGrowth = Math.min(smallestGrowth, residentBytes() - before);
        }

        // Each adapter is 230 kB: kept, every round would grow by 69 MB. The JVM's own heap may grow, but not in every
        // round.
        assertThat(smallestGrowth).isLessThan(20L << 20);
    }

    private static void cycles(int count) {
        float[] logits = new float[TinyModel.VOCABULARY];
        for (int i = 0; i < count; i++) {
            try (LlamaContext context = model.newContext(SHAPE);
                    LlamaAdapter adapter = model.loadAdapter(adapterFile)) {
                context.use(adapter);
                context.batch().add(new int[] {1, 2, 3}, 0, FIRST, false);
                context.decode();
                context.logits(2, logits);
                context.useBase();
            }
        }
    }

    private static long residentBytes() throws IOException {
        String line = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(each -> each.startsWith("VmRSS:"))
                .findFirst()
                .orElseThrow();
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
    }
}
