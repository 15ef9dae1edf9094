package dev.attune.ingest.pairing.state;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ObjectCacheTest {
    private final ObjectCache cache = new ObjectCache(10);

    @Test
    void theLeastRecentlyUsedGoesFirst() {
        ObjectCache.Section<String> words = cache.section(String::length, 1);
        words.put("a", "1234");
        words.put("b", "1234");
        words.get("a");

        words.put("c", "1234");

        assertThat(words.get("b")).isNull();
        assertThat(words.get("a")).isEqualTo("1234");
        assertThat(words.get("c")).isEqualTo("1234");
    }

    @Test
    void whatHasGrownIsMeasuredAgain() {
        ObjectCache.Section<StringBuilder> words = cache.section(StringBuilder::length, 1);
        StringBuilder growing = new StringBuilder("123");
        words.put("a", new StringBuilder("12345"));
        words.put("b", growing);

        growing.append("456");
        words.put("b", growing);

        assertThat(words.get("a")).isNull();
        assertThat(words.get("b")).hasToString("123456");
    }

    @Test
    void whatIsTooLargeIsNotKept() {
        ObjectCache.Section<String> words = cache.section(String::length, 1);
        words.put("a", "12345678901");

        assertThat(words.get("a")).isNull();
    }

    @Test
    void removedIsForgottenAndMakesRoom() {
        ObjectCache.Section<String> words = cache.section(String::length, 1);
        words.put("a", "12345");
        words.remove("a");
        words.put("b", "12345");
        words.put("c", "12345");

        assertThat(words.get("a")).isNull();
        assertThat(words.get("b")).isEqualTo("12345");
    }

    @Test
    void sectionsShareTheBudgetAndNotTheirKeys() {
        ObjectCache.Section<String> one = cache.section(String::length, 1);
        ObjectCache.Section<String> other = cache.section(String::length, 1);
        one.put("a", "12345");
        other.put("a", "54321");
        one.put("b", "67890");

        assertThat(one.get("a")).as("half of the budget is one value").isNull();
        assertThat(other.get("a")).isEqualTo("54321");

        other.close();
        one.put("c", "12345");

        assertThat(one.get("b")).as("now all of it is this section's").isEqualTo("67890");
    }
}
