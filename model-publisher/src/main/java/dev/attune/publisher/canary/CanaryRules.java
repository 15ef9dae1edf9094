package dev.attune.publisher.canary;

import dev.attune.publisher.canary.CanaryVerdict.KeepGoing;
import dev.attune.publisher.canary.CanaryVerdict.Promote;
import dev.attune.publisher.canary.CanaryVerdict.RollBack;
import dev.attune.publisher.release.RejectReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What is to become of a canary, by what is known of it. Bad news counts at once, good news once there is enough of it: a version is
 * rolled back by the first evidence that suffices, and promoted only after the minimum of users, answers and time, while
 * every figure is within its bound.
 */
final class CanaryRules {
    /** For which a version may be rolled back by evidence: win rate, errors, refusals, slower, longer, shorter. */
    static final int REASONS = 6;

    private CanaryRules() {}

    static CanaryVerdict judge(CanaryEvidence evidence, CanarySettings settings, CanaryRun run, Instant now) {
        Map<String, Double> measurements = Map.copyOf(evidence.measurements());
        Optional<RollBack> bad = bad(evidence, settings, measurements);
        if (bad.isPresent()) {
            return bad.get();
        }
        List<String> missing = missing(evidence, settings, run, now);
        if (missing.isEmpty()) {
            return new Promote(praise(evidence, settings, run), measurements);
        }
        String waitingFor = String.join("; ", missing);
        return Duration.between(run.since(), now).compareTo(settings.maxDuration()) < 0
                ? new KeepGoing(waitingFor, measurements)
                : undecided(waitingFor, settings, measurements);
    }

    /** A canary whose time is over, and of which too little is known. */
    static CanaryVerdict undecided(String missing, CanarySettings settings, Map<String, Double> measurements) {
        String detail = "undecided after " + settings.maxDuration() + ": " + missing;
        return switch (settings.undecided()) {
            case ROLL_BACK -> new RollBack(RejectReason.CANARY_UNDECIDED, detail, measurements);
            case PROMOTE -> new Promote(detail, measurements);
        };
    }

    private static Optional<RollBack> bad(
            CanaryEvidence evidence, CanarySettings settings, Map<String, Double> measurements) {
        HealthBounds bounds = settings.health();
        AnswerHealth health = evidence.health();
        double enough = settings.rollBackAt();
        RejectReason reason;
        String detail;
        if (evidence.winRate().logEvidenceWorse() >= enough) {
            reason = RejectReason.CANARY_WORSE;
            detail = String.format(
                    Locale.ROOT,
                    "its win rate is %+.3f of the stable version's over %d and %d users (at least %+.3f)",
                    evidence.winRate().difference(),
                    evidence.canaryUsers(),
                    evidence.winRate().stable().count()
                            + evidence.winRate().both().count(),
                    -settings.margin());
        } else if (health.answered().logEvidenceWorse() >= enough) {
            reason = RejectReason.CANARY_ERRORS;
            detail = String.format(
                    Locale.ROOT,
                    "%+.3f of its answers fail, over %d answers (at most %+.3f)",
                    -health.answered().difference(),
                    health.canaryAnswers(),
                    bounds.maxErrorIncrease());
        } else if (health.notRefused().logEvidenceWorse() >= enough) {
            reason = RejectReason.CANARY_REFUSALS;
            detail = String.format(
                    Locale.ROOT,
                    "%+.3f of its answers decline, over %d answers (at most %+.3f)",
                    -health.notRefused().difference(),
                    health.canaryAnswers(),
                    bounds.maxRefusalIncrease());
        } else if (health.logEvidenceSlower() >= enough) {
            reason = RejectReason.CANARY_SLOWER;
            detail = String.format(
                    Locale.ROOT,
                    "its answers take %.2f times as long, over %d answers (at most %.2f)",
                    health.latencyRatio(),
                    health.canaryAnswers(),
                    bounds.maxLatencyRatio());
        } else if (health.logEvidenceLonger() >= enough) {
            reason = RejectReason.CANARY_LONGER;
            detail = String.format(
                    Locale.ROOT,
                    "its answers are %.2f times as long, over %d answers (at most %.2f)",
                    health.lengthRatio(),
                    health.canaryAnswers(),
                    bounds.maxLengthRatio());
        } else if (health.logEvidenceShorter() >= enough) {
            reason = RejectReason.CANARY_SHORTER;
            detail = String.format(
                    Locale.ROOT,
                    "its answers are %.2f times as long, over %d answers (at least %.2f)",
                    health.lengthRatio(),
                    health.canaryAnswers(),
                    1 / bounds.maxLengthRatio());
        } else {
            return Optional.empty();
        }
        return Optional.of(new RollBack(reason, detail, measurements));
    }

    /** What a promotion waits for. A version that nobody sees waits for no people. */
    private static List<String> missing(CanaryEvidence evidence, CanarySettings settings, CanaryRun run, Instant now) {
        List<String> missing = new ArrayList<>();
        Duration elapsed = Duration.between(run.since(), now);
        if (elapsed.compareTo(settings.minDuration()) < 0) {
            missing.add("runs for less than " + settings.minDuration());
        }
        if (evidence.health().canaryAnswers() < settings.minAnswers()) {
            missing.add(evidence.health().canaryAnswers() + " of " + settings.minAnswers() + " answers");
        }
        if (!run.isShadow()) {
            if (evidence.canaryUsers() < settings.minUsers()) {
                missing.add(evidence.canaryUsers() + " of " + settings.minUsers() + " users with feedback");
            }
            if (evidence.winRate().logEvidenceNotWorse() < settings.promotionAt()) {
                missing.add(String.format(
                        Locale.ROOT,
                        "evidence of %.1f of %.1f that its win rate is not lower by more than %.3f",
                        evidence.winRate().logEvidenceNotWorse(),
                        settings.promotionAt(),
                        settings.margin()));
            }
        }
        missing.addAll(outOfBounds(evidence.health(), settings.health()));
        return missing;
    }

    private static List<String> outOfBounds(AnswerHealth health, HealthBounds bounds) {
        List<String> out = new ArrayList<>();
        // What is not known is NaN, and within every bound.
        addIf(-health.answered().difference() > bounds.maxErrorIncrease(), "too many errors", out);
        addIf(-health.notRefused().difference() > bounds.maxRefusalIncrease(), "too many refusals", out);
        addIf(health.latencyRatio() > bounds.maxLatencyRatio(), "too slow", out);
        addIf(health.lengthRatio() > bounds.maxLengthRatio(), "answers too long", out);
        addIf(health.lengthRatio() < 1 / bounds.maxLengthRatio(), "answers too short", out);
        return out;
    }

    private static void addIf(boolean holds, String what, List<String> all) {
        if (holds) {
            all.add(what + ", as it looks so far");
        }
    }

    private static String praise(CanaryEvidence evidence, CanarySettings settings, CanaryRun run) {
        return run.isShadow()
                ? String.format(
                        Locale.ROOT,
                        "over %d prompts its answers are within all bounds",
                        evidence.health().canaryAnswers())
                : String.format(
                        Locale.ROOT,
                        "its win rate is %+.3f of the stable version's over %d users (at least %+.3f)",
                        evidence.winRate().difference(),
                        evidence.canaryUsers(),
                        -settings.margin());
    }
}
