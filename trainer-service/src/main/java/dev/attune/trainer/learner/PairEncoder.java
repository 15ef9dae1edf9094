package dev.attune.trainer.learner;

import dev.attune.trainer.model.ChatMessage;
import dev.attune.trainer.model.ChatTemplate;
import dev.attune.trainer.model.Continuation;
import dev.attune.trainer.model.ModelException;
import dev.attune.trainer.model.Tokenizer;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Turns a pair's texts into tokens: the prompt's own, each answer's as it continues them, and the end-of-sequence token
 * after both answers.
 *
 * <p>A pair that is longer than {@code maxTokens} is truncated: an answer keeps its start, up to what the prompt leaves,
 * for which the prompt counts half of {@code maxTokens} at most; an answer that is cut has no end-of-sequence token.
 * Then the prompt keeps its end, up to what the longer answer leaves. So nothing is cut that fits.
 */
public final class PairEncoder {
    private final Tokenizer tokenizer;
    private final Continuation continuation;
    private final int maxTokens;
    private final AnswerBoundary boundary;

    /** @param maxTokens longest prompt and answer together, at least 2: at most the model's positions */
    public PairEncoder(Tokenizer tokenizer, int maxTokens, AnswerBoundary boundary) {
        if (maxTokens < 2) {
            throw new IllegalArgumentException("maxTokens must be at least 2, but is " + maxTokens);
        }
        this.tokenizer = tokenizer;
        this.continuation = new Continuation(tokenizer);
        this.maxTokens = maxTokens;
        this.boundary = boundary;
    }

    /**
     * A pair or an answer as tokens.
     *
     * @param truncated whether something was cut
     */
    public record Encoded<T extends TrainingExample>(T example, boolean truncated) {}

    /**
     * Encodes a pair.
     *
     * @throws ModelException where the chat template refuses the messages
     * @throws IllegalArgumentException where the prompt has no token, or the strength is out of range
     */
    public Encoded<TrainingPair> encode(String pairId, Prompt prompt, String chosen, String rejected, double strength) {
        String text = text(prompt);
        boolean addSpecialTokens = !isTemplated(prompt);
        int[] promptTokens = tokenizer.encode(text, addSpecialTokens);
        int[] chosenTokens = ended(answer(text, promptTokens, chosen, addSpecialTokens));
        int[] rejectedTokens = ended(answer(text, promptTokens, rejected, addSpecialTokens));

        int answerRoom = maxTokens - Math.min(promptTokens.length, maxTokens / 2);
        int[] keptChosen = start(chosenTokens, answerRoom);
        int[] keptRejected = start(rejectedTokens, answerRoom);
        int[] keptPrompt = end(promptTokens, maxTokens - Math.max(keptChosen.length, keptRejected.length));
        boolean truncated = keptChosen.length < chosenTokens.length
                || keptRejected.length < rejectedTokens.length
                || keptPrompt.length < promptTokens.length;
        return new Encoded<>(new TrainingPair(pairId, keptPrompt, keptChosen, keptRejected, strength), truncated);
    }

    /** Encodes an answer without a partner, as {@link #encode} does those of a pair. */
    public Encoded<TrainingSingle> encodeSingle(
            String id, Prompt prompt, String answer, boolean desirable, double strength) {
        String text = text(prompt);
        boolean addSpecialTokens = !isTemplated(prompt);
        int[] promptTokens = tokenizer.encode(text, addSpecialTokens);
        int[] answerTokens = ended(answer(text, promptTokens, answer, addSpecialTokens));

        int[] keptAnswer = start(answerTokens, maxTokens - Math.min(promptTokens.length, maxTokens / 2));
        int[] keptPrompt = end(promptTokens, maxTokens - keptAnswer.length);
        boolean truncated = keptAnswer.length < answerTokens.length || keptPrompt.length < promptTokens.length;
        return new Encoded<>(new TrainingSingle(id, keptPrompt, keptAnswer, desirable, strength), truncated);
    }

    private int[] answer(String prompt, int[] promptTokens, String answer, boolean addSpecialTokens) {
        if (boundary == AnswerBoundary.KEEP_TEXT) {
            return continuation.of(prompt, promptTokens, answer, addSpecialTokens);
        }
        int[] whole = tokenizer.encode(prompt + answer, addSpecialTokens);
        return end(whole, Math.max(0, whole.length - promptTokens.length));
    }

    private boolean isTemplated(Prompt prompt) {
        return prompt instanceof Prompt.Messages && tokenizer.chatTemplate() != null;
    }

    private String text(Prompt prompt) {
        ChatTemplate template = tokenizer.chatTemplate();
        return switch (prompt) {
            case Prompt.Text(String text) -> text;
            case Prompt.Messages conversation ->
                template != null
                        ? template.render(conversation.messages(), true)
                        : conversation.messages().stream()
                                .map(ChatMessage::content)
                                .collect(Collectors.joining("\n"));
        };
    }

    private int[] ended(int[] answer) {
        int last = answer.length - 1;
        if (last >= 0 && answer[last] == tokenizer.endOfSequenceId()) {
            return answer;
        }
        int[] ended = Arrays.copyOf(answer, answer.length + 1);
        ended[answer.length] = tokenizer.endOfSequenceId();
        return ended;
    }

    private static int[] start(int[] tokens, int length) {
        return tokens.length <= length ? tokens : Arrays.copyOf(tokens, length);
    }

    private static int[] end(int[] tokens, int length) {
        return tokens.length <= length ? tokens : Arrays.copyOfRange(tokens, tokens.length - length, tokens.length);
    }
}
