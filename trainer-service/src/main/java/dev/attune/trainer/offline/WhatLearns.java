package dev.attune.trainer.offline;

import dev.attune.artifacts.DType;
import dev.attune.trainer.model.LoraShape;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What a run changes. */
sealed interface WhatLearns {

    /**
     * An adapter; the model's weights stay.
     *
     * @param init PEFT directory of the adapter to begin with; null: a fresh one
     * @param fresh what a fresh one is
     */
    record Adapter(@Nullable Path init, LoraShape fresh) implements WhatLearns {}

    /**
     * All weights of the model.
     *
     * @param savedAs F32, F16 or BF16
     * @param maxParameters a model that has more is refused
     */
    record AllWeights(DType savedAs, long maxParameters) implements WhatLearns {}
}
