package dev.attune.publisher;

import dev.attune.kit.Setting;
import java.nio.file.Path;

/** Where released artifacts are kept. */
public record StoreSettings(
        @Setting("A folder that replicas can read; released checkpoints stay there for good.")
        Path directory) {}
