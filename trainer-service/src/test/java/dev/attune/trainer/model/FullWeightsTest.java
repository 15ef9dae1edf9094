package dev.attune.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.attune.artifacts.DType;
import dev.attune.artifacts.SafeTensors;
import dev.attune.testing.SharedData;
import dev.attune.trainer.TinyModel;
import dev.attune.trainer.testing.SmallLlama;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FullWeightsTest {
    @TempDir
    Path directory;

    private CausalLm base;

    @BeforeEach
    void makeModel() {
        base = CausalLm.random(SmallLlama.CONFIG, 1);
    }

    @AfterEach
    void closeModel() {
        base.close();
    }

    private float[] logps(@Nullable LearnedWeights weights) {
        try (NDManager step = base.newStep();
                GradientMode _ = GradientMode.off()) {
            TokenBatch batch = TokenBatch.of(List.of(new TokenSequence(new int[] {3, 1, 4, 1, 5, 9}, 1)));
            return base.score(step, batch, weights).tokens().toFloatArray();
        }
    }

    @Test
    void takeThePlaceOfTheModelsOwn() {
        float[] alone = logps(null);
        try (FullWeights weights = FullWeights.of(base, DType.F32);
                FullWeights copy = weights.frozen()) {
            assertThat(logps(weights)).containsExactly(alone);

            SmallLlama.disturb(weights.parameters(), 0.1, 2);

            assertThat(logps(weights)).isNotEqualTo(alone);
            assertThat(logps(copy)).containsExactly(alone);
            try (FullWeights began = weights.withoutEffect();
                    FullWeights following = weights.withoutEffect()) {
                assertThat(logps(began)).containsExactly(alone);
                following.moveTowards(weights, 1);
                assertThat(logps(following)).containsExactly(logps(weights));
            }
            assertThat(logps(null)).containsExactly(alone);
        }
    }

    @Test
    void theSameWeightsGiveTheSameBytesAndComeBack() throws IOException {
        try (FullWeights weights = FullWeights.of(base, DType.F32)) {
            SmallLlama.disturb(weights.parameters(), 0.1, 2);
            weights.save(directory.resolve("one"));
            weights.save(directory.resolve("two"));

            Path file = directory.resolve("one/model.safetensors");
            assertThat(file).hasSameBinaryContentAs(directory.resolve("two/model.safetensors"));
            try (SafeTensors saved = SafeTensors.open(file)) {
                for (NDArray weight : weights.parameters()) {
                    assertThat(saved.floats(weight.getName())).containsExactly(weight.toFloatArray());
                }
            }
        }
    }

    @Test
    void ofAModelInADirectoryAreSavedAsOneAndLearnOn() throws IOException {
        Path model = TinyModel.write(directory.resolve("model"));
        Path saved = directory.resolve("saved");
        try (CausalLm tiny = CausalLm.load(model);
                FullWeights weights = FullWeights.of(tiny, DType.F32)) {
            SmallLlama.disturb(weights.parameters(), 0.1, 2);
            // What was read with the model is written, whatever became of it
            Files.move(model.resolve("tokenizer.json"), directory.resolve("tokenizer.json"));
            weights.save(saved);

            assertThat(saved.resolve("tokenizer.json")).hasSameBinaryContentAs(directory.resolve("tokenizer.json"));
            try (FullWeights on = FullWeights.goOn(tiny, saved);
                    FullWeights frozen = weights.load(saved);
                    CausalLm alone = CausalLm.load(saved)) {
                for (int i = 0; i < weights.parameters().size(); i++) {
                    float[] expected = weights.parameters().get(i).toFloatArray();
                    assertThat(on.parameters().get(i).toFloatArray()).containsExactly(expected);
                    assertThat(on.parameters().get(i).hasGradient()).isTrue();
                    assertThat(frozen.parameters().get(i).toFloatArray()).containsExactly(expected);
                    assertThat(frozen.parameters().get(i).hasGradient()).isFalse();
                    assertThat(alone.weights().get(i).toFloatArray()).containsExactly(expected);
                }
            }
        }
    }

    /** 1 + 2^-8 lies half-way between bfloat16's 1 and 1 + 2^-7, and goes to the even one; float16 has it. */
    @ParameterizedTest
    @CsvSource({"F16, 1.00390625", "BF16, 1.0"})
    void areRoundedToTheNearestOfAShorterType(DType type, float expected) throws IOException {
        try (FullWeights weights = FullWeights.of(base, type)) {
            NDArray embedding = weights.parameters().get(0);
            float[] values = embedding.toFloatArray();
            values[0] = 1 + 1f / 256;
            values[1] = -1 - 2.5f / 256;
            try (GradientMode _ = GradientMode.off()) {
                embedding.set(values);
            }
            weights.save(directory);

            try (SafeTensors saved = SafeTensors.open(directory.resolve("model.safetensors"))) {
                String name = embedding.getName();
                assertThat(saved.info(name).dtype()).isEqualTo(type);
                assertThat(saved.floats(name)[0]).isEqualTo(expected);
                assertThat(saved.floats(name)[1]).isBetween(-1.015625f, -1.0078125f);
            }
        }
    }

    @Test
    void areCountedFromTheConfigAlone() {
        LlamaConfig stories = LlamaConfigReader.read(
                SharedData.resolve("models/tinystories-656k").resolve("config.json"));

        // 2048 * 128 + 2 * (2 * 128 + 128 * (128 + 64 + 64 + 128) + 3 * 128 * 384) + 128
        assertThat(FullWeights.count(stories)).isEqualTo(656_000);
    }

    @Test
    void aReferenceOfAnotherShapeIsRefused() throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("config.json"), """
                {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": 62, "hidden_size": 32,
                 "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
                 "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "max_position_embeddings": 64, "tie_word_embeddings": true}
                """);

        assertThatThrownBy(() -> FullWeights.reference(base, directory))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("another shape");
    }
}
