package dev.attune.ingest.gateway.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.kit.ConfigException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RedactorTest {
    private static final RedactionSettings ALL = new RedactionSettings(List.of(Kind.values()), "DE");

    private final List<Kind> counted = new ArrayList<>();
    private final Redactor redactor = new Redactor(counted::add);

    @Test
    void everyFindIsReplacedAndCounted() {
        Redacted redacted = redactor.redact(
                "Jane (jane@example.org, 0171 1234567) paid 4111 1111 1111 1111 from 192.0.2.7 to DE89370400440532013000.",
                ALL);

        assertThat(redacted.text()).isEqualTo("Jane ([EMAIL], [PHONE]) paid [CARD] from [IP] to [IBAN].");
        assertThat(redacted.isChanged()).isTrue();
        assertThat(counted).containsExactly(Kind.EMAIL, Kind.PHONE, Kind.CARD, Kind.IP, Kind.IBAN);
        assertThat(redacted.toString()).isEqualTo("Redacted[5 finds]");
    }

    @Test
    void nothingIsDoneByDefault() {
        String text = "jane@example.org +49 171 1234567";

        Redacted redacted = redactor.redact(text, RedactionSettings.OFF);

        assertThat(redacted.text()).isSameAs(text);
        assertThat(redacted.isChanged()).isFalse();
        assertThat(counted).isEmpty();
    }

    @Test
    void aTextWithoutAnythingIsStoredAsItIs() {
        String text = "Thanks! 🙂 The 2 answers are 42 and 43.";

        assertThat(redactor.redact(text, ALL).text()).isSameAs(text);
        assertThat(redactor.redact("", ALL).text()).isEmpty();
    }

    @Test
    void settingsThatMakeNoSenseAreRefusedByName() {
        assertThatThrownBy(() -> new RedactionSettings(List.of(Kind.PHONE), "Germany"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("phoneRegion");
        assertThatThrownBy(() -> new RedactionSettings(List.of(Kind.EMAIL), "DE"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("phoneRegion");
        assertThatThrownBy(() -> new RedactionSettings(List.of(Kind.EMAIL, Kind.EMAIL), ""))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("kinds");
    }
}
