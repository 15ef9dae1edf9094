package dev.attune.trainer.loss;

/**
 * The supervised term that holds the policy's language together where DPO alone lets both answers of a pair grow less
 * likely: {@code -policyChosen / chosenTokens}, the mean negative log-likelihood of the chosen answer's tokens (Pang et
 * al. 2024, "Iterative Reasoning Preference Optimization", eq. 1, with the answer alone as length). TRL's {@code sft}
 * takes the mean over the batch's tokens instead, so that long answers count more.
 */
public record ChosenLikelihood() implements PairTerm {

    @Override
    public TermLoss of(PairLogps pairs) {
        TermLoss result = TermLoss.ofPairs(pairs.size());
        for (int i = 0; i < pairs.size(); i++) {
            int tokens = pairs.chosenTokens()[i];
            result.losses()[i] = -pairs.policyChosenLogps()[i] / tokens;
            result.policyChosenGradients()[i] = -1.0 / tokens;
        }
        return result;
    }
}
