package dev.attune.publisher.release;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.events.ReleaseState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReleaseTest {

    private static final String DIGEST = "0123456789ab" + "0".repeat(52);
    private static final Candidate CANDIDATE = new Candidate(
            "acme", "support", "v000032-0123456789ab", null, "sha256:" + DIGEST, "file:///x", Instant.EPOCH);

    @Test
    void goesFromReceivedToRetired() {
        Release.Received received = Release.received(CANDIDATE);
        Release.Verified verified = received.validated()
                .stored()
                .loading(List.of("http://a", "http://b"))
                .loaded()
                .verified(Map.of("gate.kl", 1.5));
        Release.Promoted promoted = verified.promoted("v000016-000000000000", Map.of("freshness.pairs", 16.0), "");

        assertThat(promoted.state()).isEqualTo(ReleaseState.PROMOTED);
        assertThat(promoted.replicas()).containsExactly("http://a", "http://b");
        assertThat(promoted.measurements()).containsOnly(Map.entry("gate.kl", 1.5), Map.entry("freshness.pairs", 16.0));
        assertThat(promoted.draining().retired().state()).isEqualTo(ReleaseState.RETIRED);
        assertThat(promoted.candidate().servedName()).isEqualTo("support-v000032-0123456789ab");
    }

    @ParameterizedTest
    @CsvSource({
        "v000032-0123456789ab, sha256:, true",
        "v000032-0123456789ac, sha256:, false",
        "v32-0123456789ab,     sha256:, false",
        "v000032-0123456789ab, md5:,    false"
    })
    void aVersionNamesItsContent(String version, String prefix, boolean named) {
        Candidate candidate =
                new Candidate("acme", "support", version, null, prefix + DIGEST, "file:///x", Instant.EPOCH);

        assertThat(candidate.isNamedByItsContent()).isEqualTo(named);
    }
}
