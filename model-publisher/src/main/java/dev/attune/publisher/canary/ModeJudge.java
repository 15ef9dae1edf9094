package dev.attune.publisher.canary;

import java.time.Instant;

/** Judges each canary in its mode: a later configuration does not change that of one that is under way. */
public record ModeJudge(CanaryJudge live, CanaryJudge shadow) implements CanaryJudge {
    @Override
    public CanaryVerdict judge(CanaryRun run, Instant now) {
        return (run.isShadow() ? shadow : live).judge(run, now);
    }

    @Override
    public void close() {
        live.close();
        shadow.close();
    }
}
