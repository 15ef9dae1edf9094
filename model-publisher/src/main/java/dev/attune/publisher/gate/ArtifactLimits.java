package dev.attune.publisher.gate;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;

/** How large a checkpoint may be before its files are read. */
public record ArtifactLimits(
        @Setting(value = "Largest adapter weights, in MiB.", byDefault = "2048")
        int adapterMegabytes,

        @Setting(
                value = "Largest checkpoint with all its files, in MiB: moments take twice what learns, in 32 bits.",
                byDefault = "16384")
        int checkpointMegabytes,

        @Setting(
                value = "Largest header of a safetensors file, in KiB: it is read whole. The format allows 95 MiB, an"
                        + " adapter has less than one.",
                byDefault = "8192")
        int headerKilobytes) {

    public static final ArtifactLimits DEFAULTS = new ArtifactLimits(2048, 16384, 8192);

    public ArtifactLimits {
        Checks.between("adapterMegabytes", adapterMegabytes, 1, 1 << 20);
        Checks.between("checkpointMegabytes", checkpointMegabytes, 1, 1 << 24);
        Checks.between("headerKilobytes", headerKilobytes, 1, 97_656);
    }

    long adapterBytes() {
        return (long) adapterMegabytes << 20;
    }

    long checkpointBytes() {
        return (long) checkpointMegabytes << 20;
    }

    long headerBytes() {
        return (long) headerKilobytes << 10;
    }
}
