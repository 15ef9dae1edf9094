package dev.attune.quickstart.serving.gguf;

import dev.attune.artifacts.BrokenArtifactException;
import dev.attune.artifacts.PeftConfig;
import dev.attune.artifacts.SafeTensors;
import dev.attune.quickstart.serving.gguf.GgufValue.Float32;
import dev.attune.quickstart.serving.gguf.GgufValue.Text;
import dev.attune.trainer.model.LlamaConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A LoRA in PEFT's form, written as a GGUF adapter. Nothing in the path from trainer to model looks at the numbers, so every one is
 * looked at here: a NaN would be served as noise.
 */
public final class AdapterConverter {
    private final LlamaConfig config;
    private final int maxRank;

    /**
     * @param config the base model that adapters must fit
     * @param maxRank adapters of a higher rank are refused
     */
    public AdapterConverter(LlamaConfig config, int maxRank) {
        this.config = config;
        this.maxRank = maxRank;
    }

    /**
     * Checks an adapter and writes it.
     *
     * @param adapterDirectory has {@code adapter_config.json} and {@code adapter_model.safetensors}
     * @param gguf the file to write
     * @throws ConversionException saying why the adapter cannot be served
     */
    public void convert(Path adapterDirectory, Path gguf) throws IOException, ConversionException {
        PeftConfig peft = PeftConfig.read(requireFile(adapterDirectory, PeftConfig.FILE_NAME));
        requireSupported(peft);
        try (SafeTensors weights = SafeTensors.open(requireFile(adapterDirectory, PeftConfig.WEIGHTS_FILE_NAME))) {
            Map<String, GgufValue> metadata = new LinkedHashMap<>();
            metadata.put("general.type", new Text("adapter"));
            metadata.put("general.architecture", new Text("llama"));
            metadata.put("adapter.type", new Text("lora"));
            // Zero: llama.cpp then multiplies with nothing, and the scale is in B. So rsLoRA needs no special case.
            metadata.put("adapter.lora.alpha", new Float32(0));
            GgufWriter.write(gguf, metadata, tensors(peft, weights));
        }
    }

    private void requireSupported(PeftConfig peft) throws ConversionException {
        require(peft.peftType().equals("LORA"), "peft_type " + peft.peftType() + " is not supported, only LORA is");
        require(peft.rank() <= maxRank, "LoRA rank " + peft.rank() + " is greater than max_lora_rank " + maxRank);
        require(!peft.useDora(), "DoRA (use_dora) is not supported");
        require(peft.bias().equals("none"), "LoRA bias '" + peft.bias() + "' is not supported, only 'none' is");
        require(!peft.fanInFanOut(), "fan_in_fan_out is not supported for a Llama");
        require(
                peft.modulesToSave() == null || peft.modulesToSave().isEmpty(),
                "modules_to_save is not supported: " + peft.modulesToSave());
        require(
                peft.rankPattern().isEmpty() && peft.alphaPattern().isEmpty(),
                "rank_pattern and alpha_pattern are not supported");
    }

    private List<GgufTensor> tensors(PeftConfig peft, SafeTensors weights) throws IOException, ConversionException {
        List<GgufTensor> tensors = new ArrayList<>();
        for (String name : weights.tensors().keySet()) {
            AdapterTensorName tensor = AdapterTensorName.parse(name, config.layers());
            require(
                    weights.tensors().containsKey(tensor.partner(name)),
                    "tensor " + name + " has no partner " + tensor.partner(name));
            requireShape(name, weights.info(name).shape(), tensor.shape(config, peft.rank()));
            float[] elements = requireFinite(name, weights.floats(name));
            float[] converted = tensor.down() ? elements : forB(tensor, elements, peft);
            tensors.add(new GgufTensor(tensor.ggufName(), tensor.shape(config, peft.rank()), () -> converted));
        }
        require(!tensors.isEmpty(), "the adapter has no tensors");
        return tensors;
    }

    private float[] forB(AdapterTensorName tensor, float[] elements, PeftConfig peft) {
        double scale = peft.scale();
        for (int i = 0; i < elements.length; i++) {
            elements[i] = (float) (scale * elements[i]);
        }
        return tensor.linear().rowsForLlamaCpp(elements, config, peft.rank());
    }

    private static float[] requireFinite(String name, float[] elements) throws ConversionException {
        for (int i = 0; i < elements.length; i++) {
            if (!Float.isFinite(elements[i])) {
                throw new ConversionException("tensor " + name + " has " + elements[i] + " at element " + i);
            }
        }
        return elements;
    }

    private static void requireShape(String name, long[] actual, long[] expected) throws ConversionException {
        require(
                Arrays.equals(actual, expected),
                "tensor " + name + " has the shape " + Arrays.toString(actual) + ", base model and rank need "
                        + Arrays.toString(expected));
    }

    private static Path requireFile(Path directory, String name) throws BrokenArtifactException {
        Path file = directory.resolve(name);
        if (!Files.isRegularFile(file)) {
            throw new BrokenArtifactException(file, "No adapter found: there is no such file");
        }
        return file;
    }

    private static void require(boolean holds, String problem) throws ConversionException {
        if (!holds) {
            throw new ConversionException(problem);
        }
    }
}
