package dev.attune.ingest.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PromptIdTest {
    private static final KeyedHash HASH = new KeyedHash("0123456789abcdef0123456789abcdef");

    /** Once records are stored, this id may never change: computed outside of Java, by the definition in PromptId. */
    @Test
    void theIdOfVersionOneIsFixed() {
        assertThat(id("user", "Where is my order?")).isEqualTo("p1-8c6daa4d46ea26d0209a923036249dd8");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"caf\u00e9\nau lait", "cafe\u0301\nau lait", " caf\u00e9\r\nau lait\n", "caf\u00e9\rau lait"})
    void spellingsThatLookAlikeAreOnePrompt(String content) {
        assertThat(id("user", content)).isEqualTo(id("user", "caf\u00e9\nau lait"));
    }

    @Test
    void otherMessagesAreAnotherPrompt() {
        List<String> ids = List.of(
                id("user", "ab"),
                id("user", "a b"),
                id("user", "AB"),
                id("system", "ab"),
                id("user", "a", "user", "b"),
                id("user", "", "user", "ab"),
                id("user", "ab", "user", ""),
                PromptId.of(new KeyedHash("another secret of 32 characters."), messages("user", "ab")));

        assertThat(ids).doesNotHaveDuplicates();
    }

    private static String id(String... rolesAndContents) {
        return PromptId.of(HASH, messages(rolesAndContents));
    }

    private static List<SentMessage> messages(String... rolesAndContents) {
        return IntStream.range(0, rolesAndContents.length / 2)
                .mapToObj(i -> new SentMessage(rolesAndContents[2 * i], rolesAndContents[2 * i + 1]))
                .toList();
    }
}
