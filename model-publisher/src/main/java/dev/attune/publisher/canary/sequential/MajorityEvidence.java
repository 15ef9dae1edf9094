package dev.attune.publisher.canary.sequential;

/**
 * Whether something holds for more than half, to be asked after every observation: E is the mean over some q above ½ of ∏ (q /
 * ½)^x ((1 − q) / ½)^(1 − x). Each factor's expectation is at most 1 where the mean is at most ½, so E is an e-process as in
 * {@link DifferenceEvidence}: a mixture, as in Robbins 1970.
 */
public final class MajorityEvidence {
    private static final double[] MAJORITIES = {0.55, 0.65, 0.8, 0.95};

    private MajorityEvidence() {}

    /** The logarithm of the evidence against "the mean is at most ½". */
    public static double logEvidence(Sum seen) {
        double[] terms = new double[MAJORITIES.length];
        for (int i = 0; i < terms.length; i++) {
            terms[i] = Bernoulli.logLikelihood(seen, MAJORITIES[i]);
        }
        return Bernoulli.logMeanExp(terms) - Bernoulli.logLikelihood(seen, 0.5);
    }
}
