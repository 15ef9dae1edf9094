package dev.attune.trainer.learner;

import dev.attune.trainer.model.TokenSequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Answers after prompts that are not theirs: what KTO's divergence is measured on. Each answer comes once, after the next
 * prompt of the batch (the last one's next is the first) that is another than its own. Where no two neighbours share a
 * prompt these are TRL's, which takes the next whatever it is; after its own prompt an answer would be measured as the reward
 * that the divergence is to be compared with.
 */
final class Mismatched {
    private Mismatched() {}

    /**
     * Pairs answers with prompts.
     *
     * @param maxTokens a prompt that is too long beside an answer keeps its end
     * @return as many as answers; none where all have one prompt
     */
    static List<TokenSequence> of(List<TrainingSingle> answers, int maxTokens) {
        List<TokenSequence> mismatched = new ArrayList<>(answers.size());
        for (int i = 0; i < answers.size(); i++) {
            TrainingSingle answer = answers.get(i);
            for (int step = 1; step < answers.size(); step++) {
                int[] prompt = answers.get((i + step) % answers.size()).promptTokens();
                if (!Arrays.equals(prompt, answer.promptTokens())) {
                    mismatched.add(answer.after(prompt, maxTokens));
                    break;
                }
            }
        }
        return mismatched;
    }
}
