package dev.attune.trainer.loss;

/** A term of what is learned from pairs. */
public sealed interface PairTerm permits LossFunction, ChosenLikelihood {

    /** The term of each pair, with its exact gradient in closed form and double precision. */
    TermLoss of(PairLogps pairs);
}
