package dev.attune.trainer.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.stream.IntStream;

/** Pairs as lines of JSON in a checkpoint's {@code state/}. */
final class PairLines {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(
                    DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                    DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private PairLines() {}

    /** One line, without its end. */
    static String write(Record pair) {
        try {
            return JSON.writeValueAsString(pair);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("numbers and ids can always be written", e);
        }
    }

    /**
     * @param what the line should be, for the error
     * @throws IllegalArgumentException if it is not such a line
     */
    static <T extends Record> T read(String line, Class<T> type, String what) {
        try {
            return JSON.readValue(line, type);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("is no " + what + ": " + e.getOriginalMessage(), e);
        }
    }

    static List<Integer> list(int[] tokens) {
        return IntStream.of(tokens).boxed().toList();
    }

    static int[] array(List<Integer> tokens) {
        return tokens.stream().mapToInt(Integer::intValue).toArray();
    }
}
