package dev.attune.publisher;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;
import dev.attune.publisher.canary.CanarySettings;
import dev.attune.publisher.gate.ArtifactLimits;
import dev.attune.publisher.gate.GateSettings;
import dev.attune.publisher.merge.MergedSettings;
import dev.attune.publisher.routes.RouteSettings;
import dev.attune.publisher.serving.ServingSettings;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One model of one tenant, with releases of its own. */
public record ModelSettings(
        @Setting("Tenant whose checkpoints are released.") String tenant,

        @Setting("Model whose checkpoints are released; served names begin with it.")
        String modelId,

        BaseSettings base,

        ServingSettings serving,

        ArtifactLimits limits,

        ReleaseSettings releases,

        @Setting(value = "Gates on figures and answers; none where this is absent.", optional = true) @Nullable
        GateSettings gates,

        @Setting(
                value = "Full weights for servers without LoRA; adapters are loaded where this is absent.",
                optional = true)
        @Nullable
        MergedSettings merged,

        @Setting(
                value =
                        "How a verified version is tried out before all users get it; where this is absent, it is promoted at"
                                + " once.",
                optional = true)
        @Nullable
        CanarySettings canary,

        @Setting(
                value =
                        "A route for gateways with the Gateway API's inference extension, kept at what users are to get; none is"
                                + " written where this is absent.",
                optional = true)
        @Nullable
        RouteSettings route,

        @Setting(value = "How often replicas are asked whether they still have the live versions.", byDefault = "15s")
        Duration restoreInterval) {

    private static final Pattern MODEL_ID = Pattern.compile("[A-Za-z0-9._-]{1,100}");

    public ModelSettings {
        Checks.notBlank("tenant", tenant);
        Checks.that(
                MODEL_ID.matcher(modelId).matches(),
                "modelId",
                "must be 1 to 100 letters, digits, '.', '_' and '-', but is '" + modelId + "'");
        Checks.that(
                gates == null || gates.prompts() == null || serving.kind().answersInTokens(),
                "gates.prompts",
                "need replicas that tell the tokens of their answers: kind vllm or llama_cpp");
        Checks.that(
                gates == null || gates.safety() == null || serving.kind().answers(),
                "gates.safety",
                "needs replicas that answer under a version's name: kind vllm, llama_cpp, sglang or ollama");
        Checks.that(
                merged == null || serving.kind().takesFullWeights(),
                "merged",
                "makes full weights, which only kind directory and sglang_weights take");
        if (serving.kind().replacesWeights()) {
            Checks.that(merged != null, "merged", "has to be set: kind sglang_weights takes full weights");
            Checks.that(
                    canary == null, "canary", "cannot be with kind sglang_weights, which has one version at a time");
            Checks.that(
                    !releases.approval(),
                    "releases.approval",
                    "cannot be with kind sglang_weights, where users have a version before anybody could approve it");
        }
        Checks.that(
                canary == null || canary.share() > 0 || serving.kind().answers(),
                "canary.share",
                "must be above 0: the shadow needs replicas that answer under a version's name");
        Checks.positive("restoreInterval", restoreInterval);
    }

    /** For messages: a model's id is its tenant's choice. */
    public String name() {
        return tenant + "/" + modelId;
    }
}
