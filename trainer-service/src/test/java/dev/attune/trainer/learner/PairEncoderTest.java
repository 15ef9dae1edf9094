package dev.attune.trainer.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.attune.testing.SharedData;
import dev.attune.trainer.model.ChatMessage;
import dev.attune.trainer.model.Tokenizer;
import dev.attune.trainer.testing.GoldenJson;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On a tokenizer that merges across spaces: "time" and " there" share a token when they stand together. */
class PairEncoderTest {
    private static final int END = 2;
    private static final int POSITIONS = 512;

    private Tokenizer tokenizer;

    @BeforeEach
    void loadTokenizer() {
        tokenizer = Tokenizer.load(SharedData.resolve("models/tinystories-656k"));
    }

    @AfterEach
    void closeTokenizer() {
        // Not there where the shared model is absent: then the tests are skipped, not failed.
        if (tokenizer != null) {
            tokenizer.close();
        }
    }

    @Test
    void thePromptsOwnTokensAreThePrefixAndTheTextIsWhole() throws IOException {
        PairEncoder encoder = new PairEncoder(tokenizer, POSITIONS, AnswerBoundary.KEEP_TEXT);
        for (JsonNode row : GoldenJson.read("golden/pairs.json")) {
            String prompt = row.get("prompt").asText();
            String chosen = row.get("chosen").asText();
            int[] promptTokens = tokenizer.encode(prompt, true);
            // Why it is not enough to cut the tokens of the whole text:
            assertThat(Arrays.copyOf(tokenizer.encode(prompt + chosen, true), promptTokens.length))
                    .isNotEqualTo(promptTokens);

            PairEncoder.Encoded<TrainingPair> encoded = encoder.encode(
                    "p", new Prompt.Text(prompt), chosen, row.get("rejected").asText(), 1);

            assertThat(encoded.truncated()).isFalse();
            assertThat(encoded.example().promptTokens()).isEqualTo(promptTokens);
            int[] tokens = encoded.example().chosen().tokens();
            assertThat(tokens[tokens.length - 1]).isEqualTo(END);
            assertThat(tokenizer.decode(Arrays.copyOf(tokens, tokens.length - 1)))
                    .isEqualTo(tokenizer.decode(tokenizer.encode(prompt + chosen, true)));
        }
    }

    @Test
    void anEmptyAnswerIsItsEnd() {
        PairEncoder.Encoded<TrainingPair> encoded = new PairEncoder(tokenizer, POSITIONS, AnswerBoundary.KEEP_TEXT)
                .encode("p", new Prompt.Text("Hi."), "", " Yes.", 1);

        assertThat(encoded.example().chosenTokens()).containsExactly(END);
    }

    @Test
    void withoutATemplateMessagesAreJoinedByNewlines() {
        PairEncoder encoder = new PairEncoder(tokenizer, POSITIONS, AnswerBoundary.KEEP_TEXT);
        List<ChatMessage> messages = List.of(new ChatMessage("system", "Be kind."), new ChatMessage("user", "Hi"));

        TrainingPair pair = encoder.encode("p", new Prompt.Messages(messages), " a", " b", 1)
                .example();

        assertThat(pair.promptTokens()).isEqualTo(tokenizer.encode("Be kind.\nHi", true));
    }

    @Test
    void anAnswerLosesItsEndAndThePromptItsStart() {
        String text = "Tom had a red ball. ".repeat(20);
        int[] prompt = tokenizer.encode(text, true);
        int[] answer = new PairEncoder(tokenizer, POSITIONS, AnswerBoundary.KEEP_TEXT)
                .encode("p", new Prompt.Text(text), text, "No.", 1)
                .example()
                .chosenTokens();
        assertThat(prompt.length).isGreaterThan(60);
        assertThat(answer.length).isGreaterThan(60);

        PairEncoder.Encoded<TrainingPair> encoded = new PairEncoder(tokenizer, 40, AnswerBoundary.KEEP_TEXT)
                .encode("p", new Prompt.Text(text), text, "No.", 1);

        // 40 tokens: the prompt counts 20 of them, so that the answer has 20, and the prompt the 20 that remain.
        assertThat(encoded.truncated()).isTrue();
        assertThat(encoded.example().chosenTokens()).isEqualTo(Arrays.copyOf(answer, 20));
        assertThat(encoded.example().promptTokens())
                .isEqualTo(Arrays.copyOfRange(prompt, prompt.length - 20, prompt.length));
        assertThat(encoded.example().rejectedTokens()).endsWith(END);
    }

    @Test
    void aBriefAnswerLeavesThePromptTheRest() {
        String text = "Tom had a red ball. ".repeat(20);
        int[] prompt = tokenizer.encode(text, true);

        TrainingPair pair = new PairEncoder(tokenizer, 40, AnswerBoundary.KEEP_TEXT)
                .encode("p", new Prompt.Text(text), "Yes.", "No.", 1)
                .example();

        int answer = Math.max(pair.chosenTokens().length, pair.rejectedTokens().length);
        assertThat(pair.promptTokens())
                .isEqualTo(Arrays.copyOfRange(prompt, prompt.length - (40 - answer), prompt.length));
        assertThat(IntStream.of(pair.chosenTokens())).endsWith(END);
    }

    @Test
    void refusesAStrengthThatIsNoProbability() {
        assertThatThrownBy(() -> new PairEncoder(tokenizer, POSITIONS, AnswerBoundary.KEEP_TEXT)
                        .encode("p-1", new Prompt.Text("Hi"), " a", " b", 2))
                .hasMessage("pair p-1: strength must be above 0 and at most 1, but is 2.0");
    }
}
