package dev.attune.artifacts;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON header of a safetensors file. Reading trusts nothing: types, shapes and offsets must agree with each other,
 * cover the data without a hole or an overlap, and end where the file ends.
 */
record SafeTensorsHeader(Map<String, TensorInfo> tensors, Map<String, String> metadata) {

    /** The format's own limit. */
    static final long MAX_BYTES = 100_000_000;

    private static final String METADATA = "__metadata__";
    private static final int ALIGNMENT = 8;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /**
     * @param file named in errors
     * @param header the header's bytes
     * @param dataBytes bytes of the file after the header
     */
    static SafeTensorsHeader parse(Path file, byte[] header, long dataBytes) throws IOException {
        if (header[0] != '{') {
            throw new BrokenArtifactException(file, "the header does not begin with '{'");
        }
        JsonNode root;
        try {
            root = JSON.readTree(header);
        } catch (JsonProcessingException e) {
            throw new BrokenArtifactException(file, "the header is not valid JSON: " + e.getOriginalMessage(), e);
        }
        Map<String, TensorInfo> tensors = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : root.properties()) {
            if (field.getKey().equals(METADATA)) {
                readMetadata(file, field.getValue(), metadata);
            } else {
                tensors.put(field.getKey(), readTensor(file, field.getKey(), field.getValue()));
            }
        }
        checkContiguous(file, tensors, dataBytes);
        return new SafeTensorsHeader(Collections.unmodifiableMap(tensors), Collections.unmodifiableMap(metadata));
    }

    /** The header's bytes for tensors laid out in the order given, padded with spaces to a multiple of 8. */
    static byte[] render(Map<String, TensorData> tensors, Map<String, String> metadata) throws IOException {
        ObjectNode root = JSON.createObjectNode();
        if (!metadata.isEmpty()) {
            ObjectNode written = root.putObject(METADATA);
            metadata.forEach(written::put);
        }
        long offset = 0;
        for (Map.Entry<String, TensorData> tensor : tensors.entrySet()) {
            if (tensor.getKey().equals(METADATA)) {
                throw new IllegalArgumentException("a tensor cannot be named " + METADATA);
            }
            ObjectNode entry = root.putObject(tensor.getKey());
            entry.put("dtype", tensor.getValue().dtype().name());
            entry.set("shape", JSON.valueToTree(tensor.getValue().shape()));
            long end = offset + tensor.getValue().bytes().remaining();
            entry.set("data_offsets", JSON.valueToTree(new long[] {offset, end}));
            offset = end;
        }
        byte[] json = JSON.writeValueAsBytes(root);
        byte[] padded = Arrays.copyOf(json, (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
        Arrays.fill(padded, json.length, padded.length, " ".getBytes(StandardCharsets.US_ASCII)[0]);
        return padded;
    }

    private static void readMetadata(Path file, JsonNode node, Map<String, String> metadata) throws IOException {
        if (!node.isObject()) {
            throw new BrokenArtifactException(file, METADATA + " is not an object");
        }
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            if (!entry.getValue().isTextual()) {
                throw new BrokenArtifactException(file, METADATA + " '" + entry.getKey() + "' is not a string");
            }
            metadata.put(entry.getKey(), entry.getValue().textValue());
        }
    }

    private static TensorInfo readTensor(Path file, String name, JsonNode node) throws IOException {
        DType dtype = readDType(file, name, node.path("dtype").asText());
        long[] shape = readNumbers(file, name, "shape", node.path("shape"));
        long[] offsets = readNumbers(file, name, "data_offsets", node.path("data_offsets"));
        if (offsets.length != 2 || offsets[1] < offsets[0]) {
            throw broken(file, name, "data_offsets must be [begin, end], not " + Arrays.toString(offsets));
        }
        long expected;
        try {
            expected = Math.multiplyExact(TensorInfo.elements(shape), (long) dtype.bytes());
        } catch (ArithmeticException e) {
            throw new BrokenArtifactException(
                    file, "tensor '" + name + "': shape " + Arrays.toString(shape) + " is too large", e);
        }
        if (offsets[1] - offsets[0] != expected) {
            throw broken(
                    file,
                    name,
                    dtype + Arrays.toString(shape) + " needs " + expected + " bytes, the offsets give "
                            + (offsets[1] - offsets[0]));
        }
        return new TensorInfo(dtype, shape, offsets[0], offsets[1]);
    }

    private static DType readDType(Path file, String name, String dtype) throws IOException {
        for (DType known : DType.values()) {
            if (known.name().equals(dtype)) {
                return known;
            }
        }
        throw broken(file, name, "unknown dtype '" + dtype + "'");
    }

    private static long[] readNumbers(Path file, String name, String field, JsonNode node) throws IOException {
        if (!node.isArray()) {
            throw broken(file, name, field + " is not a list");
        }
        long[] numbers = new long[node.size()];
        for (int i = 0; i < numbers.length; i++) {
            JsonNode number = node.get(i);
            if (!number.isIntegralNumber() || !number.canConvertToLong() || number.longValue() < 0) {
                throw broken(file, name, field + "[" + i + "] is not a size: " + number);
            }
            numbers[i] = number.longValue();
        }
        return numbers;
    }

    private static void checkContiguous(Path file, Map<String, TensorInfo> tensors, long dataBytes) throws IOException {
        List<Map.Entry<String, TensorInfo>> byOffset = tensors.entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<String, TensorInfo> tensor) ->
                                tensor.getValue().begin())
                        .thenComparingLong(tensor -> tensor.getValue().end()))
                .toList();
        long offset = 0;
        for (Map.Entry<String, TensorInfo> tensor : byOffset) {
            long begin = tensor.getValue().begin();
            if (begin != offset) {
                throw broken(
                        file,
                        tensor.getKey(),
                        (begin > offset ? "a hole before it: " : "overlaps the one before: ") + "begins at " + begin
                                + ", the data before ends at " + offset);
            }
            offset = tensor.getValue().end();
        }
        if (offset != dataBytes) {
            throw new BrokenArtifactException(
                    file, "the tensors have " + offset + " bytes, the file has " + dataBytes + " after its header");
        }
    }

    private static BrokenArtifactException broken(Path file, String name, String fault) {
        return new BrokenArtifactException(file, "tensor '" + name + "': " + fault);
    }
}
