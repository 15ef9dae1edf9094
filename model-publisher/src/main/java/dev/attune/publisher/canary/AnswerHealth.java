package dev.attune.publisher.canary;

import dev.attune.publisher.canary.sequential.DifferenceEvidence;
import dev.attune.publisher.canary.sequential.MajorityEvidence;
import dev.attune.publisher.canary.sequential.Sum;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The two versions' answers by what needs no people: failures, refusals, time and length. Each user counts with a bounded number
 * of answers. Time and length are compared in pairs of answers that came one after the other, which were given in the same time of
 * day and under the same load: whether the canary's exceeds the bound says whether it typically does, without a few
 * extremes weighing more.
 */
final class AnswerHealth {
    private final HealthBounds bounds;
    private final DifferenceEvidence answered;
    private final DifferenceEvidence notRefused;
    private final Paired latency = new Paired();
    private final Paired length = new Paired();
    private final Map<Arm, Map<String, Integer>> answersOfUser = new EnumMap<>(Arm.class);

    /** @param share of the answers that is expected to be the canary's, in (0, 1) */
    AnswerHealth(HealthBounds bounds, double share) {
        this.bounds = bounds;
        this.answered = new DifferenceEvidence(bounds.maxErrorIncrease(), share);
        this.notRefused = new DifferenceEvidence(bounds.maxRefusalIncrease(), share);
    }

    /** Which of two figures is larger than the other one times a bound, in pairs of one of each version. */
    private static final class Paired {
        private Sum larger = Sum.NONE;
        private Sum smaller = Sum.NONE;
        private double logRatios;
        private @Nullable Double waitingCanary;
        private @Nullable Double waitingStable;

        void add(Arm arm, double value, double maxRatio) {
            switch (arm) {
                case CANARY -> waitingCanary = value;
                case STABLE -> waitingStable = value;
            }
            if (waitingCanary != null && waitingStable != null) {
                compare(waitingCanary, waitingStable, maxRatio);
                waitingCanary = null;
                waitingStable = null;
            }
        }

        void compare(double canary, double stable, double maxRatio) {
            larger = larger.plus(exceeds(canary, stable * maxRatio));
            smaller = smaller.plus(exceeds(stable, canary * maxRatio));
            logRatios += Math.log(Math.max(canary, 1) / Math.max(stable, 1));
        }

        private static double exceeds(double one, double other) {
            int compared = Double.compare(one, other);
            return compared == 0 ? 0.5 : compared > 0 ? 1 : 0;
        }

        /** The geometric mean; NaN where nothing was compared. */
        double ratio() {
            return Math.exp(logRatios / larger.count());
        }
    }

    /** An answer that a user got. */
    void add(SeenAnswer answer) {
        Map<String, Integer> answers = answersOfUser.computeIfAbsent(answer.arm(), arm -> new HashMap<>());
        boolean beyond = answers.size() >= Jury.MOST_USERS && !answers.containsKey(answer.user());
        if (beyond || answers.merge(answer.user(), 1, Integer::sum) > bounds.maxAnswersPerUser()) {
            return;
        }
        observe(answered, answer.arm(), answer.failed() ? 0 : 1);
        if (answer.failed()) {
            return;
        }
        observe(notRefused, answer.arm(), answer.refused() ? 0 : 1);
        if (answer.latencyMs() != null) {
            latency.add(answer.arm(), answer.latencyMs(), bounds.maxLatencyRatio());
        }
        if (answer.length() != null) {
            length.add(answer.arm(), answer.length(), bounds.maxLengthRatio());
        }
    }

    /** Both versions' answers to one prompt. */
    void addPair(SeenAnswer canary, SeenAnswer stable) {
        answered.both(canary.failed() ? 0 : 1, stable.failed() ? 0 : 1);
        if (canary.failed() || stable.failed()) {
            return;
        }
        notRefused.both(canary.refused() ? 0 : 1, stable.refused() ? 0 : 1);
        if (canary.latencyMs() != null && stable.latencyMs() != null) {
            latency.compare(canary.latencyMs(), stable.latencyMs(), bounds.maxLatencyRatio());
        }
        if (canary.length() != null && stable.length() != null) {
            length.compare(canary.length(), stable.length(), bounds.maxLengthRatio());
        }
    }

    private static void observe(DifferenceEvidence test, Arm arm, double observation) {
        switch (arm) {
            case CANARY -> test.canary(observation);
            case STABLE -> test.stable(observation);
        }
    }

    /** Whether the user was answered. */
    DifferenceEvidence answered() {
        return answered;
    }

    /** Whether an answer did what was asked. */
    DifferenceEvidence notRefused() {
        return notRefused;
    }

    double logEvidenceSlower() {
        return MajorityEvidence.logEvidence(latency.larger);
    }

    double logEvidenceLonger() {
        return MajorityEvidence.logEvidence(length.larger);
    }

    double logEvidenceShorter() {
        return MajorityEvidence.logEvidence(length.smaller);
    }

    /** The canary's over the stable version's, typically; NaN where it is not known. */
    double latencyRatio() {
        return latency.ratio();
    }

    /** As {@link #latencyRatio()}, of the answers' lengths. */
    double lengthRatio() {
        return length.ratio();
    }

    /** Answers of the canary that count. */
    long canaryAnswers() {
        return answered.canary().count() + answered.both().count();
    }

    /** Answers of the stable version that count. */
    long stableAnswers() {
        return answered.stable().count() + answered.both().count();
    }
}
