package dev.attune.publisher.serving;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;
import java.util.List;

/** Which adapters serving takes. */
public record AdapterLimits(
        @Setting(value = "Ranks that serving has kernels for.", byDefault = "[1, 8, 16, 32, 64, 128, 256, 320, 512]")
        List<Integer> ranks,

        @Setting(value = "Largest rank that serving was started with (vLLM: --max-lora-rank).", byDefault = "16")
        int maxRank,

        @Setting(
                value = "Whether serving knows rank-stabilised scales, alpha over the root of the rank: vLLM does.",
                byDefault = "true")
        boolean rslora) {

    /** With rank-stabilised scales. */
    public AdapterLimits(List<Integer> ranks, int maxRank) {
        this(ranks, maxRank, true);
    }

    public AdapterLimits {
        Checks.notEmpty("ranks", ranks);
        Checks.atLeast("maxRank", maxRank, 1);
        ranks = List.copyOf(ranks);
    }

    public boolean takes(int rank) {
        return rank <= maxRank && ranks.contains(rank);
    }
}
