package dev.attune.publisher.canary;

import dev.attune.publisher.canary.sequential.DifferenceEvidence;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** All that is known of a canary: what its users said, and how its answers were. Bounded, whatever the traffic. */
final class CanaryEvidence {
    private static final int MOST_ANSWERS = 400_000;

    private final KnownAnswers answers = new KnownAnswers(MOST_ANSWERS);
    private final Jury jury;
    private final AnswerHealth health;
    private final DifferenceEvidence winRate;

    CanaryEvidence(CanarySettings settings, CanaryRun run) {
        // In the shadow both answer each prompt.
        double share = run.isShadow() ? 0.5 : run.share();
        this.jury = new Jury(settings.settleAfter());
        this.health = new AnswerHealth(settings.health(), share);
        this.winRate = new DifferenceEvidence(settings.margin(), share);
    }

    /** An answer that a user got. One that came before says nothing new. */
    void add(SeenAnswer answer) {
        if (answers.add(answer.answerId(), answer.arm())) {
            health.add(answer);
        }
    }

    /** An answer of which nothing but its version is known. */
    void know(String answerId, Arm arm) {
        answers.add(answerId, arm);
    }

    /** Both versions' answers to one prompt. */
    void addPair(SeenAnswer canary, SeenAnswer stable) {
        health.addPair(canary, stable);
    }

    void add(String user, Said said) {
        jury.add(user, said);
    }

    /** Counts the users whose time has come: everything up to now has been added. */
    void settle(Instant now) {
        jury.settle(now, answers::arm, winRate);
    }

    /** One good or bad opinion a user. */
    DifferenceEvidence winRate() {
        return winRate;
    }

    AnswerHealth health() {
        return health;
    }

    /** Users of the canary who are counted. */
    long canaryUsers() {
        return winRate.canary().count() + winRate.both().count();
    }

    /** The figures by name. Those that are not known are left out. */
    Map<String, Double> measurements() {
        Map<String, Double> all = new TreeMap<>();
        all.put("canary.users", (double) winRate.canary().count());
        all.put("canary.users.stable", (double) winRate.stable().count());
        all.put("canary.users.both", (double) winRate.both().count());
        all.put("canary.users.waiting", (double) jury.waiting());
        all.put("canary.users.turned.away", (double) jury.turnedAway());
        all.put("canary.win.rate", winRate.canary().mean());
        all.put("canary.win.rate.stable", winRate.stable().mean());
        all.put("canary.win.rate.difference", winRate.difference());
        all.put("canary.evidence.worse", winRate.logEvidenceWorse());
        all.put("canary.evidence.not.worse", winRate.logEvidenceNotWorse());
        all.put("canary.answers", (double) health.canaryAnswers());
        all.put("canary.answers.stable", (double) health.stableAnswers());
        all.put("canary.error.rate.difference", -health.answered().difference());
        all.put("canary.evidence.errors", health.answered().logEvidenceWorse());
        all.put("canary.refusal.rate.difference", -health.notRefused().difference());
        all.put("canary.evidence.refusals", health.notRefused().logEvidenceWorse());
        all.put("canary.latency.ratio", health.latencyRatio());
        all.put("canary.evidence.slower", health.logEvidenceSlower());
        all.put("canary.length.ratio", health.lengthRatio());
        all.put("canary.evidence.longer", health.logEvidenceLonger());
        all.put("canary.evidence.shorter", health.logEvidenceShorter());
        all.values().removeIf(value -> !Double.isFinite(value));
        return all;
    }
}
