package dev.attune.publisher.canary;

import org.jspecify.annotations.Nullable;

/** Which of the two versions wrote an answer. */
enum Arm {
    CANARY,
    STABLE;

    /** What products call the base where they have to name a version. */
    private static final String BASE = "base";

    /**
     * The arm of a version as a completion names it: by itself or as serving does.
     *
     * @param baseModel what serving calls the base
     * @return null for any other version, and where nobody said
     */
    static @Nullable Arm of(String modelVersion, CanaryRun run, String baseModel) {
        if (isVersion(modelVersion, run.version(), run)) {
            return CANARY;
        }
        String stable = run.stableVersion();
        boolean isStable = stable == null
                ? (modelVersion.equals(BASE) || modelVersion.equals(baseModel))
                : isVersion(modelVersion, stable, run);
        return isStable ? STABLE : null;
    }

    private static boolean isVersion(String named, String version, CanaryRun run) {
        return named.equals(version) || named.equals(run.modelId() + "-" + version);
    }
}
