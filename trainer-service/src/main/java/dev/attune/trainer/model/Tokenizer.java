package dev.attune.trainer.model;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** A Hugging Face tokenizer: {@code tokenizer.json} with {@code tokenizer_config.json}. Never truncates, never pads. */
public final class Tokenizer implements AutoCloseable {
    private final HuggingFaceTokenizer tokenizer;
    private final @Nullable String beginOfSequence;
    private final String endOfSequence;
    private final int endOfSequenceId;
    private final @Nullable ChatTemplate chatTemplate;

    private Tokenizer(HuggingFaceTokenizer tokenizer, TokenizerConfig config) {
        this.tokenizer = tokenizer;
        this.beginOfSequence = config.beginOfSequence();
        this.endOfSequence = config.endOfSequence();
        this.endOfSequenceId = config.endOfSequenceId();
        this.chatTemplate = config.chatTemplate() == null
                ? null
                : new ChatTemplate(config.chatTemplate(), config.beginOfSequence(), config.endOfSequence());
    }

    /**
     * Loads the tokenizer of a model directory.
     *
     * @throws ModelException naming file and field
     */
    public static Tokenizer load(Path directory) {
        Path file = directory.resolve("tokenizer.json");
        TokenizerConfig config = TokenizerConfig.read(directory);
        try {
            return new Tokenizer(
                    HuggingFaceTokenizer.newInstance(file, Map.of("truncation", "false", "padding", "false")), config);
        } catch (IOException e) {
            throw new ModelException(ModelFiles.describe(file, e), e);
        } catch (RuntimeException e) {
            // The native library says what is wrong, but not where.
            throw new ModelException(file + ": is not a tokenizer: " + e.getMessage(), e);
        }
    }

    /**
     * Token ids of a text; special tokens in it are recognized.
     *
     * @param addSpecialTokens whether the tokenizer adds its own, such as one that begins every text: true for plain
     *     text, false for what a chat template rendered, which brings its own
     */
    public int[] encode(String text, boolean addSpecialTokens) {
        boolean withOverflowingTokens = false;
        long[] ids =
                tokenizer.encode(text, addSpecialTokens, withOverflowingTokens).getIds();
        return LongStream.of(ids).mapToInt(Math::toIntExact).toArray();
    }

    /** The text of tokens, special tokens included. */
    public String decode(int[] tokens) {
        boolean skipSpecialTokens = false;
        return tokenizer.decode(Arrays.stream(tokens).asLongStream().toArray(), skipSpecialTokens);
    }

    /** The text of the token that begins every sequence, where the model has one. */
    public @Nullable String beginOfSequence() {
        return beginOfSequence;
    }

    /** The text of the token that ends every sequence. */
    public String endOfSequence() {
        return endOfSequence;
    }

    /** The id of the token that ends every sequence. */
    public int endOfSequenceId() {
        return endOfSequenceId;
    }

    /** How the model writes a conversation as one text; null where it does not say. */
    public @Nullable ChatTemplate chatTemplate() {
        return chatTemplate;
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
