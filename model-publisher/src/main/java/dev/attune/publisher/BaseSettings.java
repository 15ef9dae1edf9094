package dev.attune.publisher;

import dev.attune.kit.Setting;
import java.nio.file.Path;

/** The base model that adapters belong to. */
public record BaseSettings(
        @Setting("Its Hugging Face directory: config.json and *.safetensors.")
        Path directory) {}
