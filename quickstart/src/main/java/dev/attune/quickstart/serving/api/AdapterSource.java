package dev.attune.quickstart.serving.api;

import dev.attune.quickstart.serving.gguf.ConversionException;
import dev.attune.quickstart.serving.llamacpp.LlamaAdapter;
import java.io.IOException;
import java.nio.file.Path;

/** Brings a PEFT adapter from its directory into memory. */
@FunctionalInterface
public interface AdapterSource {
    /**
     * Loads an adapter.
     *
     * @throws ConversionException saying why the adapter cannot be served
     */
    LlamaAdapter load(Path adapterDirectory) throws IOException, ConversionException;
}
