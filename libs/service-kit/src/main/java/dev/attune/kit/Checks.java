package dev.attune.kit;

import java.time.Duration;
import java.util.Collection;

/** What the compact constructors of configuration records ask; each refuses by name. */
public final class Checks {
    private Checks() {}

    public static void that(boolean holds, String setting, String problem) {
        if (!holds) {
            throw new ConfigException(setting, problem);
        }
    }

    public static void notBlank(String setting, String value) {
        that(!value.isBlank(), setting, "must not be empty");
    }

    public static void notEmpty(String setting, Collection<?> value) {
        that(!value.isEmpty(), setting, "needs at least one entry");
    }

    public static void between(String setting, long value, long least, long most) {
        that(
                value >= least && value <= most,
                setting,
                "must be from %d to %d, but is %d".formatted(least, most, value));
    }

    public static void between(String setting, double value, double least, double most) {
        that(
                value >= least && value <= most,
                setting,
                "must be from %s to %s, but is %s".formatted(least, most, value));
    }

    public static void atLeast(String setting, long value, long least) {
        that(value >= least, setting, "must be at least %d, but is %d".formatted(least, value));
    }

    public static void positive(String setting, double value) {
        that(value > 0 && Double.isFinite(value), setting, "must be a number above 0, but is " + value);
    }

    public static void positive(String setting, Duration value) {
        that(value.isPositive(), setting, "must be longer than 0, but is " + value);
    }

    /** A TCP port; 0 takes a free one. */
    public static void port(String setting, int value) {
        between(setting, value, 0, 65_535);
    }
}
