package dev.attune.quickstart.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.attune.artifacts.DType;
import dev.attune.artifacts.SafeTensors;
import dev.attune.quickstart.corpus.Question;
import dev.attune.quickstart.corpus.QuestionGenerator;
import dev.attune.quickstart.corpus.Split;
import dev.attune.quickstart.corpus.SupportCorpus;
import dev.attune.quickstart.corpus.WellFormed;
import dev.attune.trainer.model.CausalLm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The model that is committed under {@code quickstart/model}. */
class CommittedModelTest {
    private static final Path MODEL = Path.of(System.getProperty("attune.home", ".."), "quickstart", "model");
    private static final long MOST_BYTES = 4L << 20;
    private static final int QUESTIONS = 32;

    private final SupportCorpus corpus = SupportCorpus.load();

    @Test
    void isSmallAndInHalfPrecision() throws IOException {
        Path file = MODEL.resolve("model.safetensors");

        assertThat(Files.size(file)).isLessThan(MOST_BYTES);
        try (SafeTensors weights = SafeTensors.open(file)) {
            assertThat(weights.tensors().values()).allMatch(tensor -> tensor.dtype() == DType.F16);
        }
    }

    @Test
    void itsTokenizerKnowsTheSpecialTokensAndLosesNothing() throws IOException {
        try (HuggingFaceTokenizer tokenizer = tokenizer()) {
            String text = "<|user|>Where is order 4821? 🎉 Grüße\n\t<|assistant|>It's on its way.<|end|>";

            int[] ids = EncodedDialogue.ids(text, tokenizer);

            assertThat(ids).startsWith(1).endsWith(3).contains(2);
            assertThat(tokenizer.decode(IntStream.of(ids).asLongStream().toArray(), false))
                    .isEqualTo(text);
        }
    }

    @Test
    void itsFilesAgreeOnTheEndToken() throws IOException {
        ObjectMapper json = new ObjectMapper();
        JsonNode config = json.readTree(MODEL.resolve("config.json").toFile());
        JsonNode tokenizer =
                json.readTree(MODEL.resolve("tokenizer_config.json").toFile());

        assertThat(config.get("eos_token_id").asInt()).isEqualTo(3);
        assertThat(config.get("vocab_size").asInt()).isEqualTo(1_024);
        assertThat(tokenizer.get("eos_token").asText()).isEqualTo("<|end|>");
        assertThat(tokenizer.get("chat_template").asText()).contains("<|user|>", "<|assistant|>", "<|end|>");
    }

    @Test
    void itsCardTellsHowItWasMade() {
        assertThat(MODEL.resolve("README.md"))
                .content()
                .contains("license: apache-2.0", "| new paraphrases and slot values | sampled |")
                .doesNotContain("not measured");
    }

    @ParameterizedTest
    @EnumSource(Split.class)
    void answersSensibly(Split split) throws IOException {
        SplittableRandom random = new SplittableRandom(21);
        QuestionGenerator generator = new QuestionGenerator(corpus);
        List<Question> questions = Stream.generate(() -> generator.next(split, random))
                .limit(QUESTIONS)
                .toList();
        WellFormed judge = new WellFormed(corpus);

        List<String> answers = greedy(questions);

        long rightTopic = IntStream.range(0, QUESTIONS)
                .filter(i -> judge.judge(questions.get(i), answers.get(i)).rightTopic())
                .count();
        assertThat(rightTopic).isGreaterThanOrEqualTo(QUESTIONS * 3 / 4);
    }

    private List<String> greedy(List<Question> questions) throws IOException {
        try (HuggingFaceTokenizer tokenizer = tokenizer();
                CausalLm model = CausalLm.load(MODEL)) {
            return new AnswerSampler(model, tokenizer)
                    .greedy(questions.stream().map(Question::text).toList());
        }
    }

    private static HuggingFaceTokenizer tokenizer() throws IOException {
        return HuggingFaceTokenizer.newInstance(
                MODEL.resolve("tokenizer.json"), Map.of("truncation", "false", "padding", "false"));
    }
}
