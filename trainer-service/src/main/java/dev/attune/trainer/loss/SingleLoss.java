package dev.attune.trainer.loss;

/**
 * A loss of each single answer and its gradient by the policy's log-probability, all [answers].
 *
 * @param losses weighted
 * @param rewards implicit reward, beta * (policy - reference)
 * @param policyGradients d loss / d policyLogps of the answer's own loss (not of the mean)
 */
@SuppressWarnings("ArrayRecordComponent") // columns of numbers, and never compared
public record SingleLoss(double[] losses, double[] rewards, double[] policyGradients) {}
