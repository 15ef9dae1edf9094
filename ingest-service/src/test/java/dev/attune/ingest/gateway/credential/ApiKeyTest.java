package dev.attune.ingest.gateway.credential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ApiKeyTest {
    private static final Random RANDOM = new Random(1);

    @Test
    void itsFormIsOneThatScannersKnow() {
        for (int i = 0; i < 1000; i++) {
            assertThat(ApiKey.create(RANDOM).text()).matches("atk_[0-9A-Za-z]{10}_[0-9A-Za-z]{49}");
        }
    }

    @Test
    void itReadsBackWhatItWrote() {
        ApiKey key = ApiKey.create(RANDOM);

        assertThat(ApiKey.parse(key.text())).contains(key);
    }

    /** A CRC of 32 bits finds every change of one digit, and a cut. */
    @Test
    void oneWrongDigitIsNoKey() {
        String text = ApiKey.create(RANDOM).text();
        for (int i = 0; i < text.length(); i++) {
            char other = text.charAt(i) == 'x' ? 'y' : 'x';
            assertThat(ApiKey.parse(text.substring(0, i) + other + text.substring(i + 1)))
                    .isEmpty();
            assertThat(ApiKey.parse(text.substring(0, i))).isEmpty();
        }
        assertThat(ApiKey.parse(text + "0")).isEmpty();
    }

    @Test
    void theSecretStaysOutOfLogs() {
        ApiKey key = ApiKey.create(RANDOM);

        assertThat(key.toString()).contains(key.keyId()).doesNotContain(key.secret());
    }

    /** HMAC-SHA256, computed outside of Java; files hold such hashes, so it may never change. */
    @Test
    void theHashIsFixed() {
        ApiKey key = new ApiKey("0123456789", "a".repeat(43));

        assertThat(HexFormat.of().formatHex(key.hash(HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f"))))
                .isEqualTo("4aaf9132ffd289fb47455cdef2d6dca41c071856050f5c8784673f57d3c006ac");
    }

    @Test
    void allOfTheSecretIsRandom() {
        Set<String> secrets = new HashSet<>();
        Set<Character> first = new HashSet<>();
        for (int i = 0; i < 2000; i++) {
            String secret = ApiKey.create(RANDOM).secret();
            secrets.add(secret);
            first.add(secret.charAt(42));
        }

        assertThat(secrets).hasSize(2000);
        assertThat(first).hasSize(62);
    }
}
