package dev.attune.trainer.loss;

/** The names under which losses are configured: TRL's, where it has the loss. */
public enum LossType {
    /** DPO, or conservative DPO with label smoothing. */
    SIGMOID,
    /** DPO on mean log-ratios. */
    SIGMOID_NORM,
    /** Identity preference optimization. */
    IPO,
    /** The hinge of SLiC. */
    HINGE,
    /** DPO that is unbiased under flipped labels. */
    ROBUST,
    /** The chosen answers' likelihood; beside another, as a rule. */
    SFT,
    /** Of single answers, liked or not: {@link KtoLoss}. */
    KTO;

    /**
     * The loss itself.
     *
     * @param labelSmoothing for {@link #SIGMOID} and {@link #ROBUST}; the others have none
     */
    public PairTerm term(double beta, double labelSmoothing) {
        return switch (this) {
            case SIGMOID -> new LossFunction.Sigmoid(beta, labelSmoothing);
            case SIGMOID_NORM -> new LossFunction.LengthNormalisedSigmoid(beta);
            case IPO -> new LossFunction.Ipo(beta);
            case HINGE -> new LossFunction.Hinge(beta);
            case ROBUST -> new LossFunction.Robust(beta, labelSmoothing);
            case SFT -> new ChosenLikelihood();
            case KTO -> throw new IllegalArgumentException("kto is a loss of single answers, not of pairs");
        };
    }

    /** Whether {@code labelSmoothing} means something to it. */
    public boolean takesLabelSmoothing() {
        return this == SIGMOID || this == ROBUST;
    }
}
