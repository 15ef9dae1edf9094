package dev.attune.publisher.canary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.attune.kit.ConfigException;
import dev.attune.kit.ConfigFile;
import dev.attune.publisher.canary.CanarySettings.Undecided;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CanarySettingsTest {

    @TempDir
    private Path folder;

    @Test
    void whatIsNotSetHasItsDefault() throws IOException {
        CanarySettings settings = load("{}");

        assertThat(settings)
                .isEqualTo(new CanarySettings(
                        0.1,
                        0.05,
                        0.05,
                        0.05,
                        50,
                        200,
                        Duration.ofMinutes(30),
                        Duration.ofDays(1),
                        Undecided.ROLL_BACK,
                        Duration.ofMinutes(10),
                        new HealthBounds(0.02, 0.05, 1.5, 1.5, List.of(), 20),
                        null));
        // ln 20 and ln 120: one of six reasons
        assertThat(settings.promotionAt()).isCloseTo(2.9957, within(1e-4));
        assertThat(settings.rollBackAt()).isCloseTo(4.7875, within(1e-4));
    }

    @Test
    void theShadowHasDefaultsOfItsOwn() throws IOException {
        CanarySettings settings = load("{share: 0, shadow: {concurrency: 3}, undecided: promote}");

        assertThat(settings.shadow()).isEqualTo(new ShadowSettings(30, 3, 256));
        assertThat(settings.undecided()).isEqualTo(Undecided.PROMOTE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        share: -0.1                              | share: must be from 0 to below 1, but is -0.1
        share: 1                                 | share: must be from 0 to below 1, but is 1.0
        share: 0                                 | shadow: is missing
        margin: 0                                | margin: must be
        margin: 0.5                              | margin: must be
        falsePromotion: 0                        | falsePromotion: must be
        falsePromotion: 0.6                      | falsePromotion: must be
        falseRollBack: 0                         | falseRollBack: must be
        minUsers: 0                              | minUsers: must be at least 1, but is 0
        minAnswers: 0                            | minAnswers: must be at least 1, but is 0
        minDuration: -1s                         | minDuration
        minDuration: 1d                          | maxDuration: must be longer than minDuration
        maxDuration: 29d                         | maxDuration: must be at most 28d
        settleAfter: 1d                          | settleAfter: must be from 0s to below maxDuration
        undecided: perhaps                       | undecided
        portion: 0.1                             | portion
        health: {maxErrorIncrease: 0}            | health.maxErrorIncrease: must be
        health: {maxRefusalIncrease: 0.5}        | health.maxRefusalIncrease: must be
        health: {maxLatencyRatio: 0.9}           | health.maxLatencyRatio: must be
        health: {maxLengthRatio: 0.5}            | health.maxLengthRatio: must be
        health: {maxAnswersPerUser: 0}           | health.maxAnswersPerUser: must be
        health: {refusalPatterns: [ok, '(']}     | health.refusalPatterns[1]: is no regular expression
        shadow: {promptsPerMinute: 0}            | shadow.promptsPerMinute: must be
        shadow: {concurrency: 0}                 | shadow.concurrency: must be
        shadow: {maxTokens: 0}                   | shadow.maxTokens: must be
        """, quoteCharacter = '`')
    void aBadValueIsRefusedByName(String yaml, String problem) {
        assertThatThrownBy(() -> load(yaml)).isInstanceOf(ConfigException.class).hasMessageContaining(problem);
    }

    private CanarySettings load(String yaml) throws IOException {
        return ConfigFile.load(Files.writeString(folder.resolve("canary.yaml"), yaml), CanarySettings.class);
    }
}
