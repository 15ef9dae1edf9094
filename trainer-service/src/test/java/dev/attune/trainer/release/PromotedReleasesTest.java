package dev.attune.trainer.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.events.ReleaseChanged;
import dev.attune.events.ReleaseState;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PromotedReleasesTest {
    private static final PromotedRelease FIRST = release(2, 'a');
    private static final PromotedRelease SECOND = release(4, 'b');
    private static final PromotedRelease THIRD = release(6, 'c');

    private final PromotedReleases releases = new PromotedReleases();

    @Test
    void theNewestIsFollowedInWhateverOrderTheyAreHeardOf() {
        Stream.of(SECOND, THIRD, FIRST).forEach(release -> hear(release, ReleaseState.PROMOTED));

        assertThat(releases.newestAfter(null, any -> true)).contains(THIRD);
        assertThat(releases.newestAfter(SECOND, any -> true)).contains(THIRD);
    }

    @Test
    void oneThatWasFollowedIsNotFollowedAgainHoweverOftenItIsAnnounced() {
        Stream.of(SECOND, FIRST, SECOND).forEach(release -> hear(release, ReleaseState.PROMOTED));

        assertThat(releases.newestAfter(SECOND, any -> true)).isEmpty();
        assertThat(releases.newestAfter(THIRD, any -> true)).isEmpty();
    }

    @Test
    void whatWasRolledBackBeforeItWasFollowedIsNot() {
        hear(FIRST, ReleaseState.PROMOTED);
        hear(SECOND, ReleaseState.PROMOTED);
        hear(SECOND, ReleaseState.ROLLED_BACK);

        assertThat(releases.newestAfter(null, any -> true)).contains(FIRST);
        assertThat(releases.newestAfter(FIRST, any -> true)).isEmpty();
    }

    @Test
    void otherStatesAreNoReleases() {
        for (ReleaseState state : ReleaseState.values()) {
            if (state != ReleaseState.PROMOTED) {
                hear(FIRST, state);
            }
        }
        assertThat(releases.newestAfter(null, any -> true)).isEmpty();

        // Retired is what a release becomes when a newer one serves
        hear(FIRST, ReleaseState.PROMOTED);
        hear(FIRST, ReleaseState.RETIRED);
        assertThat(releases.newestAfter(null, any -> true)).contains(FIRST);
    }

    @Test
    void versionsOfAnotherLineHideNoneOfThisOne() {
        Stream.of(FIRST, SECOND, THIRD).forEach(release -> hear(release, ReleaseState.PROMOTED));

        assertThat(releases.newestAfter(null, Set.of(FIRST.version(), SECOND.version())::contains))
                .contains(SECOND);
    }

    @Test
    void aVersionOfAnotherDigestIsRefused() {
        assertThatThrownBy(() -> new PromotedRelease(FIRST.version(), SECOND.digest()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(FIRST.version());
        assertThatThrownBy(() -> new PromotedRelease("../../v000002", FIRST.digest()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private void hear(PromotedRelease release, ReleaseState state) {
        releases.apply(ReleaseChanged.newBuilder()
                .setEventId(release.version() + state)
                .setTenant("acme")
                .setVersion(release.version())
                .setArtifactDigest(release.digest())
                .setState(state)
                .build());
    }

    private static PromotedRelease release(long step, char digit) {
        String digest = String.valueOf(digit).repeat(64);
        return new PromotedRelease("v%06d-%s".formatted(step, digest.substring(0, 12)), "sha256:" + digest);
    }
}
