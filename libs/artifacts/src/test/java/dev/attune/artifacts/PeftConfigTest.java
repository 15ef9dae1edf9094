package dev.attune.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.attune.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeftConfigTest {

    @TempDir
    Path directory;

    @Test
    void readsWhatPeftWrote() throws IOException {
        PeftConfig config = PeftConfig.read(SharedData.resolve("golden/from-base/adapter-init/adapter_config.json"));

        assertThat(config.peftType()).isEqualTo("LORA");
        assertThat(config.rank()).isEqualTo(8);
        assertThat(config.loraAlpha()).isEqualTo(16);
        assertThat(config.scale()).isEqualTo(2.0);
        assertThat(config.targetModules())
                .containsExactly("down_proj", "gate_proj", "k_proj", "o_proj", "q_proj", "up_proj", "v_proj");
        assertThat(config.modulesToSave()).isNull();
        assertThat(config.bias()).isEqualTo("none");
    }

    @Test
    void writesPeftsFieldNamesAndReadsThemBack() throws IOException {
        Path file = directory.resolve(PeftConfig.FILE_NAME);
        PeftConfig config = PeftConfig.lora("base", 4, 8, true, List.of("v_proj", "q_proj"));

        config.write(file);

        assertThat(Files.readString(file))
                .contains("\"r\" : 4", "\"lora_alpha\" : 8", "\"use_rslora\" : true", "\"peft_type\" : \"LORA\"")
                .contains("\"target_modules\" : [ \"q_proj\", \"v_proj\" ]");
        assertThat(PeftConfig.read(file)).isEqualTo(config);
        // rsLoRA: alpha / sqrt(r) = 8 / 2
        assertThat(config.scale()).isCloseTo(4.0, within(1e-12));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {"r":8,"lora_alpha":16,"target_modules":["q_proj"]}                     | peft_type is missing
        {"peft_type":"LORA","lora_alpha":16,"target_modules":["q_proj"]}        | r must be at least 1, not 0
        {"peft_type":"LORA","r":0,"lora_alpha":16,"target_modules":["q_proj"]}  | r must be at least 1, not 0
        {"peft_type":"LORA","r":8,"lora_alpha":0,"target_modules":["q_proj"]}   | lora_alpha must be at least 1, not 0
        {"peft_type":"LORA","r":8,"lora_alpha":16,"target_modules":[]}          | target_modules must name at least one module
        {"peft_type":"LORA","r":"8","lora_alpha":16,"target_modules":["q"]}     | Cannot coerce
        {"peft_type":                                                           | Unexpected end-of-input
        """)
    void refusesABrokenFile(String json, String fault) throws IOException {
        Path file = directory.resolve(PeftConfig.FILE_NAME);
        Files.writeString(file, json);

        assertThatThrownBy(() -> PeftConfig.read(file))
                .isInstanceOf(BrokenArtifactException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining(fault);
    }
}
