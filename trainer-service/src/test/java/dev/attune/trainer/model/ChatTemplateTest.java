package dev.attune.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.attune.testing.SharedData;
import dev.attune.trainer.testing.GoldenJson;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatTemplateTest {
    private static final List<ChatMessage> HELLO = List.of(new ChatMessage("user", "Hi"));

    /** Every conversation of the golden files, errors included. */
    @ParameterizedTest
    @ValueSource(strings = {"chatml", "llama3_1", "strict"})
    void rendersAsTransformersDoes(String name) throws IOException {
        String source = Files.readString(SharedData.resolve("golden/templates/" + name + ".jinja"));
        int rendered = 0;
        for (JsonNode golden : GoldenJson.read("golden/templates/rendered.json")) {
            if (!golden.get("template").asText().equals(name)) {
                continue;
            }
            ChatTemplate template = new ChatTemplate(
                    source,
                    golden.get("bos_token").asText(),
                    golden.get("eos_token").asText());
            List<ChatMessage> messages = new ArrayList<>();
            for (JsonNode message : golden.get("messages")) {
                messages.add(new ChatMessage(
                        message.get("role").asText(), message.get("content").asText()));
            }
            boolean addGenerationPrompt = golden.get("add_generation_prompt").asBoolean();
            if (golden.get("error").isNull()) {
                assertThat(template.render(messages, addGenerationPrompt))
                        .isEqualTo(golden.get("rendered").asText());
            } else {
                assertThatThrownBy(() -> template.render(messages, addGenerationPrompt))
                        .isInstanceOf(ModelException.class)
                        .hasMessage("chat_template: line 2: roles must alternate user/assistant");
            }
            rendered++;
        }
        assertThat(rendered).isEqualTo(10);
    }

    @Test
    void refusesQwensTemplateByWhatItCannotRender() throws IOException {
        String source = Files.readString(SharedData.resolve("golden/templates/qwen3.jinja"));

        assertThatThrownBy(() -> new ChatTemplate(source, null, "<|im_end|>"))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("is not supported");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
                    {{ messages[0].content.split('a')[0] }}  ; the method split
                    {{ messages[0].content|upper }}          ; the filter upper
                    {% if messages is odd %}a{% endif %}     ; the test odd
                    {{ loop.previtem }}                      ; loop.previtem
                    {{ messages[0].name or 'x' }}            ; 'and' or 'or' as a value
                    """)
    void refusesWhatJinjavaWouldRenderOtherwise(String source, String what) {
        assertThatThrownBy(() -> new ChatTemplate(source, null, null))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(what);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{{ unknown() }}", "{% generation %}x{% endgeneration %}", "{{ 'x' "})
    void anErrorIsAnErrorAndNotAShorterPrompt(String source) {
        ChatTemplate template = new ChatTemplate(source, null, null);

        assertThatThrownBy(() -> template.render(HELLO, true)).isInstanceOf(ModelException.class);
    }

    @Test
    void doesNotRunWhatAUserWrites() {
        ChatTemplate template = new ChatTemplate("{{ messages[0].content }}", null, null);

        assertThat(template.render(List.of(new ChatMessage("user", "{{ 7 * 7 }}{% if %}")), true))
                .isEqualTo("{{ 7 * 7 }}{% if %}");
    }

    @Test
    void trimsAsPythonDoes() {
        ChatTemplate template = new ChatTemplate("[{{ messages[0].content | trim }}]", null, null);

        assertThat(template.render(List.of(new ChatMessage("user", "\u00a0\u3000 a b\u2003\n")), true))
                .isEqualTo("[a b]");
    }
}
