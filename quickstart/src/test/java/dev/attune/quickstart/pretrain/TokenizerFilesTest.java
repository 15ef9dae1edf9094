package dev.attune.quickstart.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerFilesTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Where is order 4821?",
                "1. Open the page.\n2. Press  return.\n\n\tThanks!",
                "Grüße aus Köln, 東京 и Москва",
                "emoji 🎉👩‍👩‍👧 and combining é",
                "it's we'll they've I'd don't",
                "   leading and trailing   ",
                "a\u00a0no-break\u2003em space\r\nCRLF",
                "١٢٣ ½ 0123456789",
                "said <|user|>hi<|assistant|>there<|end|><|pad|> inside",
                "<|unknown|> <|user |>",
                "\u0000\u0007 control",
            })
    void textsSurviveTheirWayThroughIds(String text) throws IOException {
        try (HuggingFaceTokenizer tokenizer = tokenizer()) {
            long[] ids = tokenizer.encode(text, false, false).getIds();

            assertThat(tokenizer.decode(ids, false)).isEqualTo(text);
        }
    }

    @Test
    void specialTokensInTextsAreSingleIds() throws IOException {
        try (HuggingFaceTokenizer tokenizer = tokenizer()) {
            long[] ids = tokenizer
                    .encode("<|user|>order<|assistant|><|end|>", false, false)
                    .getIds();

            assertThat(ids).startsWith(1).endsWith(2, 3).hasSize(4);
        }
    }

    @Test
    void splitsAsItsMergesSay() throws IOException {
        try (HuggingFaceTokenizer tokenizer = tokenizer()) {
            List<String> tokens =
                    List.of(tokenizer.encode("order order 47", false, false).getTokens());

            assertThat(tokens).containsExactly("order", "Ġorder", "Ġ", "4", "7");
        }
    }

    private HuggingFaceTokenizer tokenizer() throws IOException {
        BytePairTrainer trainer = new BytePairTrainer();
        trainer.add("order order order order order of orders ordered");
        TokenizerFiles.write(directory, trainer.train(300), 256);
        return HuggingFaceTokenizer.newInstance(
                directory.resolve("tokenizer.json"), Map.of("truncation", "false", "padding", "false"));
    }
}
