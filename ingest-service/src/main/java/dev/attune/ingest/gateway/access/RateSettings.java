package dev.attune.ingest.gateway.access;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;

/** How many events are taken at one instance of the gateway; 0 sets no limit. */
public record RateSettings(
        @Setting(value = "Events a second of the whole tenant, in the long run.", byDefault = "0")
        int perSecond,

        @Setting(
                value = "Events of the tenant at once; 0: ten seconds' worth. A batch cannot have more.",
                byDefault = "0")
        int burst,

        @Setting(value = "Events a minute of one user, in the long run.", byDefault = "0")
        int perUserMinute,

        @Setting(value = "Events of one user at once; 0: a minute's worth.", byDefault = "0")
        int userBurst) {

    private static final int MOST = 10_000_000;
    private static final int DEFAULT_BURST_SECONDS = 10;

    public RateSettings {
        Checks.between("perSecond", perSecond, 0, MOST);
        Checks.between("burst", burst, 0, MOST);
        Checks.between("perUserMinute", perUserMinute, 0, MOST);
        Checks.between("userBurst", userBurst, 0, MOST);
        Checks.that(perSecond > 0 || burst == 0, "burst", "needs perSecond");
        Checks.that(perUserMinute > 0 || userBurst == 0, "userBurst", "needs perUserMinute");
        burst = burst > 0 ? burst : Math.min(MOST, perSecond * DEFAULT_BURST_SECONDS);
        userBurst = userBurst > 0 ? userBurst : perUserMinute;
    }

    public static RateSettings none() {
        return new RateSettings(0, 0, 0, 0);
    }
}
