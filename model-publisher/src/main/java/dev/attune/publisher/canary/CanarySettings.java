package dev.attune.publisher.canary;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a verified version is tried out on some users before all get it. */
public record CanarySettings(
        @Setting(
                value =
                        "Share of the users that is answered with the new version, below 1; 0 tries it out in the shadow:"
                                + " it answers nobody.",
                byDefault = "0.1")
        double share,

        @Setting(
                value = "How much lower than the stable version's its win rate may be: 0.05 is 5 of 100 users.",
                byDefault = "0.05")
        double margin,

        @Setting(
                value = "How often at most a version may be promoted whose win rate is lower by more than the margin.",
                byDefault = "0.05")
        double falsePromotion,

        @Setting(
                value =
                        "How often at most a version may be rolled back that is within all bounds; shared by all reasons.",
                byDefault = "0.05")
        double falseRollBack,

        @Setting(value = "Users of the new version that gave feedback, before it is promoted.", byDefault = "50")
        int minUsers,

        @Setting(value = "Answers of the new version before it is promoted.", byDefault = "200")
        int minAnswers,

        @Setting(value = "Time before it is promoted.", byDefault = "30m")
        Duration minDuration,

        @Setting(value = "Time after which it ends undecided.", byDefault = "1d")
        Duration maxDuration,

        @Setting(value = "What becomes of a version that is undecided: roll_back or promote.", byDefault = "roll_back")
        Undecided undecided,

        @Setting(
                value =
                        "From the first feedback of a user to when the user's voice is counted, once and for good; until"
                                + " then it may be changed and taken back.",
                byDefault = "10m")
        Duration settleAfter,

        HealthBounds health,

        @Setting(value = "How versions are tried out in the shadow, where share is 0.", optional = true) @Nullable
        ShadowSettings shadow) {

    /** What becomes of a canary whose time is over. */
    public enum Undecided {
        ROLL_BACK,
        PROMOTE
    }

    public CanarySettings {
        Checks.that(share >= 0 && share < 1, "share", "must be from 0 to below 1, but is " + share);
        Checks.between("margin", margin, 0.005, 0.4);
        Checks.between("falsePromotion", falsePromotion, 1e-6, 0.5);
        Checks.between("falseRollBack", falseRollBack, 1e-6, 0.5);
        Checks.atLeast("minUsers", minUsers, 1);
        Checks.atLeast("minAnswers", minAnswers, 1);
        Checks.that(!minDuration.isNegative(), "minDuration", "must not be negative, but is " + minDuration);
        Checks.that(
                maxDuration.compareTo(minDuration) > 0,
                "maxDuration",
                "must be longer than minDuration, " + minDuration + ", but is " + maxDuration);
        Checks.that(
                maxDuration.compareTo(Duration.ofDays(28)) <= 0,
                "maxDuration",
                "must be at most 28d, since topics keep events for 30, but is " + maxDuration);
        Checks.that(
                !settleAfter.isNegative() && settleAfter.compareTo(maxDuration) < 0,
                "settleAfter",
                "must be from 0s to below maxDuration, " + maxDuration + ", but is " + settleAfter);
        Checks.that(
                share > 0 || shadow != null,
                "shadow",
                "is missing: where share is 0, it says how versions are tried out in the shadow");
    }

    /** The logarithm of the evidence that promotes. */
    double promotionAt() {
        return -Math.log(falsePromotion);
    }

    /** The logarithm of the evidence that rolls back, of each reason alone. */
    double rollBackAt() {
        return -Math.log(falseRollBack / CanaryRules.REASONS);
    }
}
