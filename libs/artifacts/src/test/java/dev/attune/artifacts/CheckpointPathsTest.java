package dev.attune.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointPathsTest {

    @Test
    void whatATrainerWritesIsPlain() {
        assertThatCode(() -> CheckpointPaths.check(List.of(
                        "adapter/adapter_config.json", "adapter/adapter_model.safetensors", "state/ledger-base.bin")))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/a",
                "a/",
                "a//b",
                ".",
                "..",
                "../a",
                "a/../b",
                "a/./b",
                "a\\b",
                "C:a",
                "a b",
                "ä",
                "a\u0000b",
                "a.",
                "a./b",
                "CON",
                "con.json",
                "x/NUL.txt",
                "lpt1"
            })
    void whatLeadsElsewhereOnAnySystemIsNot(String path) {
        assertThatThrownBy(() -> CheckpointPaths.check(List.of(path)))
                .isInstanceOf(UnsafePathException.class)
                .hasMessageStartingWith("not a plain relative path");
    }

    @Test
    void pathsHaveToBeApartWhereCaseDoesNotCount() {
        assertThatThrownBy(() -> CheckpointPaths.check(List.of("a/B.json", "A/b.json")))
                .hasMessage("'a/B.json' and 'A/b.json' are one file where case does not count");
        assertThatThrownBy(() -> CheckpointPaths.check(List.of("a/b/c", "A")))
                .hasMessage("'A' is a file and the folder of 'a/b/c'");
    }

    @Test
    void aNameInAMessageStaysShortAndOnOneLine() {
        assertThat(CheckpointPaths.quote("a\nb\u001b[31m")).isEqualTo("a\\u000ab\\u001b[31m");
        assertThat(CheckpointPaths.quote("x".repeat(200))).isEqualTo("x".repeat(120) + "…");
    }
}
