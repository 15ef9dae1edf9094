package dev.attune.trainer.offline;

import dev.attune.trainer.model.CausalLm;
import dev.attune.trainer.model.FullWeights;
import dev.attune.trainer.model.LearnedWeights;
import dev.attune.trainer.model.LoraAdapter;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Loads what learns and what holds it, and writes what was learned. */
final class LearnedParts {
    private final TrainSettings settings;

    LearnedParts(TrainSettings settings) {
        this.settings = settings;
    }

    /**
     * To be asked before the model is loaded.
     *
     * @throws dev.attune.kit.ConfigException where all weights of the model are more than is allowed
     */
    void requireFits() {
        if (settings.whatLearns() instanceof WhatLearns.AllWeights all) {
            FullWeights.requireAtMost(all.maxParameters(), settings.model(), "--full", "--max-parameters");
        }
    }

    LearnedWeights policy(CausalLm model) {
        return switch (settings.whatLearns()) {
            case WhatLearns.AllWeights all -> FullWeights.of(model, all.savedAs());
            case WhatLearns.Adapter adapter -> {
                Path init = adapter.init();
                yield init != null
                        ? LoraAdapter.load(model.config(), init)
                        : LoraAdapter.create(
                                model.config(), settings.model().toString(), adapter.fresh(), settings.seed());
            }
        };
    }

    /** Null for the model as it is. */
    @Nullable
    LearnedWeights reference(CausalLm model) {
        return switch (settings.reference()) {
            case ReferenceChoice.Base _ -> null;
            case ReferenceChoice.Init _ -> {
                Path init = settings.adapterInit();
                yield init == null
                        ? null
                        : LoraAdapter.load(model.config(), init).freeze();
            }
            case ReferenceChoice.Directory directory ->
                switch (settings.whatLearns()) {
                    case WhatLearns.AllWeights _ -> FullWeights.reference(model, directory.path());
                    case WhatLearns.Adapter _ ->
                        LoraAdapter.load(model.config(), directory.path()).freeze();
                };
        };
    }

    void save(LearnedWeights policy) throws IOException {
        policy.save(settings.out());
    }
}
