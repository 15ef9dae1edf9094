package dev.attune.quickstart.pretrain;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.attune.quickstart.corpus.Dialogue;
import dev.attune.trainer.model.TokenSequence;
import java.util.Arrays;

/**
 * A dialogue as tokens.
 *
 * @param sequence {@code <|user|>question<|assistant|>answer<|end|>}, every token but the first scored
 * @param answerFrom index of the answer's first token
 */
record EncodedDialogue(TokenSequence sequence, int answerFrom) {

    static EncodedDialogue of(Dialogue dialogue, HuggingFaceTokenizer tokenizer) {
        String text = prompt(dialogue.question().text()) + dialogue.answer() + SpecialToken.END.text();
        int[] tokens = ids(text, tokenizer);
        int answerFrom = 1;
        while (tokens[answerFrom - 1] != SpecialToken.ASSISTANT.id()) {
            answerFrom++;
        }
        return new EncodedDialogue(new TokenSequence(tokens, 1), answerFrom);
    }

    /** What the model is given to answer: what the chat template renders for one user turn. */
    static String prompt(String question) {
        return SpecialToken.USER.text() + question + SpecialToken.ASSISTANT.text();
    }

    static int[] ids(String text, HuggingFaceTokenizer tokenizer) {
        return Arrays.stream(tokenizer.encode(text, false, false).getIds())
                .mapToInt(Math::toIntExact)
                .toArray();
    }

    int length() {
        return sequence.tokens().length;
    }
}
