package dev.attune.publisher;

import dev.attune.publisher.canary.CanaryJudge;
import dev.attune.publisher.canary.CanaryRun;
import dev.attune.publisher.canary.CanarySettings;
import dev.attune.publisher.canary.CanaryVerdict;
import dev.attune.publisher.release.Candidate;
import dev.attune.publisher.release.Release;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** How a verified version is tried out on some users, or in the shadow, before all get it. */
record Trial(CanarySettings settings, CanaryJudge judge, Clock clock) {

    /** @param by the person who approved it; empty where nobody had to */
    Release.Canary begin(Release.Verified verified, @Nullable String stableVersion, String by) {
        // As its event will say it.
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        return verified.canary(stableVersion, settings.share(), now, by);
    }

    /** The canary is over, however it ended. */
    void end() {
        judge.close();
    }

    CanaryVerdict judge(Release.Canary canary) {
        Candidate candidate = canary.candidate();
        return judge.judge(
                new CanaryRun(
                        candidate.tenant(),
                        candidate.modelId(),
                        candidate.version(),
                        canary.stableVersion(),
                        canary.share(),
                        canary.since()),
                clock.instant());
    }
}
