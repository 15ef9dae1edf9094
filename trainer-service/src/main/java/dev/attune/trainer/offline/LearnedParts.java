package dev.attune.trainer.offline;

import dev.attune.kit.ConfigException;
import dev.attune.trainer.model.CausalLm;
import dev.attune.trainer.model.FullWeights;
import dev.attune.trainer.model.LearnedWeights;
import dev.attune.trainer.model.LlamaConfig;
import dev.attune.trainer.model.LlamaConfigReader;
import dev.attune.trainer.model.LoraAdapter;
import dev.attune.trainer.model.ModelDescription;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
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
     * @throws ConfigException where all weights of the model are more than is allowed
     */
    void requireFits() {
        if (settings.whatLearns() instanceof WhatLearns.AllWeights all) {
            LlamaConfig config = LlamaConfigReader.read(settings.model().resolve("config.json"));
            long parameters = FullWeights.count(config);
            if (parameters > all.maxParameters()) {
                throw new ConfigException(
                        "--full",
                        String.format(
                                Locale.ROOT,
                                "the model has %,d parameters, and training all of them needs %.1f GiB of memory and what the"
                                        + " texts take: train an adapter, or allow it with --max-parameters %d",
                                parameters,
                                parameters * (double) FullWeights.BYTES_PER_PARAMETER / (1L << 30),
                                parameters));
            }
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
        if (settings.whatLearns() instanceof WhatLearns.AllWeights all) {
            ModelDescription.copy(settings.model(), settings.out(), all.savedAs());
        }
    }
}
