package dev.attune.quickstart.serving.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.quickstart.serving.TinyModel;
import dev.attune.quickstart.serving.llamacpp.LlamaModel;
import dev.attune.trainer.model.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** llama.cpp and the trainer's tokenizer must see the same tokens in a text. */
class TokenizerAgreementTest {
    private static final List<String> TEXTS = List.of(
            "",
            "hello the thing",
            "Where is my order 48213? It should have come to Berlin on Monday.",
            "  two  spaces \n\n and\tlines\r\n ",
            "it's we're I'll they've THE'S",
            "1234567890 3.14 12-12",
            "naïve café éé Ünïcödé ß",
            "日本語のテキスト 中文 한국어",
            "🙂🙃 👩‍👩‍👧 e\u0301",
            "<|user|>hello<|assistant|>the<|end|>",
            "<|user|> <|user <||> |>",
            "... !!! ???!?  --- __init__ a_b",
            "\u00a0\u2003\u200bspace\u3000",
            "مرحبا שלום Привет");

    @Test
    void givenARandomModelsTokenizerWhenTokenizedByBothThenTheIdsAreEqual(@TempDir Path folder) throws Exception {
        assertAgreement(TinyModel.write(folder.resolve("tiny"), 1), folder);
    }

    @Test
    void givenTheDemosTokenizerWhenTokenizedByBothThenTheIdsAreEqual(@TempDir Path folder) throws Exception {
        assertAgreement(Path.of(System.getProperty("attune.home", ".."), "quickstart", "model"), folder);
    }

    private static void assertAgreement(Path directory, Path folder) throws Exception {
        Path gguf = folder.resolve("model.gguf");
        BaseModelConverter.convert(directory, TinyModel.config(directory), gguf);
        try (LlamaModel model = LlamaModel.load(gguf);
                Tokenizer tokenizer = Tokenizer.load(directory)) {
            for (String text : texts()) {
                assertThat(model.tokenize(text)).as(text).isEqualTo(tokenizer.encode(text, false));
            }
        }
    }

    private static List<String> texts() {
        List<String> texts = new ArrayList<>(TEXTS);
        Random random = new Random(5);
        for (int i = 0; i < 300; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = random.nextInt(40); j > 0; j--) {
                text.append(TEXTS.get(random.nextInt(TEXTS.size()))
                        .codePoints()
                        .limit(3)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append));
                text.append((char) (random.nextInt(4) == 0 ? ' ' : 33 + random.nextInt(90)));
            }
            texts.add(text.toString());
        }
        return texts;
    }
}
