package dev.attune.ingest.gateway.status;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Whether, and where, the gateway keeps a copy of what became of events. */
public record StatusSettings(
        @Setting(
                value =
                        "Folder of this instance's copy of the topic feedback-status: with it GET /v1/feedback/{eventId} answers."
                                + " It may be lost: it is read again from Kafka.",
                optional = true)
        @Nullable
        Path directory,

        @Setting(value = "So many MiB outside the heap for the copy's cache and write buffers.", byDefault = "32")
        int storeMegabytes) {

    private static final int LEAST_MEGABYTES = 16;
    private static final int MOST_MEGABYTES = 1 << 16;

    public StatusSettings {
        Checks.between("storeMegabytes", storeMegabytes, LEAST_MEGABYTES, MOST_MEGABYTES);
    }

    /** No copy: the route says so. */
    public static StatusSettings none() {
        return new StatusSettings(null, LEAST_MEGABYTES);
    }
}
