package dev.attune.trainer;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;
import java.nio.file.Path;
import java.time.Duration;

/** Where and when checkpoints are taken. Each of them is a version that the publisher may release. */
public record CheckpointSettings(
        @Setting("Folder of the checkpoints, one directory a version; created when absent.")
        Path directory,

        @Setting(value = "A checkpoint is taken after so many steps.", byDefault = "32")
        int everySteps,

        @Setting(
                value =
                        "Where fewer steps were taken and no batch is due, a checkpoint is taken this long after the first"
                                + " of them.",
                byDefault = "5m")
        Duration maxAge,

        @Setting(value = "Checkpoints that stay in the folder; the newest and its parent always do.", byDefault = "5")
        int keep) {

    public CheckpointSettings {
        Checks.between("everySteps", everySteps, 1, 100_000);
        Checks.positive("maxAge", maxAge);
        Checks.between("keep", keep, 2, 10_000);
    }
}
