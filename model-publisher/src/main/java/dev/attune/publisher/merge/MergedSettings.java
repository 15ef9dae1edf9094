package dev.attune.publisher.merge;

import dev.attune.kit.Setting;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Full weights in place of adapters, for servers without LoRA: what they load is the base with the adapter merged into it. */
public record MergedSettings(
        @Setting("Folder of this model's merged versions, one as large as the base each; no other model's.")
        Path directory,

        @Setting(value = "The same folder as replicas see it, where that is another path.", optional = true) @Nullable
        String servedDirectory) {}
