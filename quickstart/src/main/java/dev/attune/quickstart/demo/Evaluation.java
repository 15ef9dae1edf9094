package dev.attune.quickstart.demo;

import java.util.List;

/**
 * What users would say of served answers to held-out questions.
 *
 * @param winRate share that the hidden preference likes
 * @param wellFormed share of whole, unbroken answers
 * @param klToBase mean over answers of log p(answer) - log p_base(answer), in nats: an estimate of the KL divergence
 * @param examples the first of the questions with their answers, for people to read
 */
record Evaluation(ServedModel model, double winRate, double wellFormed, double klToBase, List<Example> examples) {
    /** One question and what was answered. */
    record Example(String question, String answer) {}
}
