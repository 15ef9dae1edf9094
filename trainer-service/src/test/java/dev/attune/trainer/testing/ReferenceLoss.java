package dev.attune.trainer.testing;

import dev.attune.trainer.learner.TrainingPair;

/** The losses as their papers write them, of one pair whose label is right, in double precision. */
public enum ReferenceLoss {
    SIGMOID {
        @Override
        double value(double chosen, double rejected, Setting in) {
            return -Math.log(sigmoid(in.beta() * (chosen - rejected)));
        }
    },
    CONSERVATIVE {
        @Override
        double value(double chosen, double rejected, Setting in) {
            return (1 - in.smoothing()) * SIGMOID.value(chosen, rejected, in)
                    + in.smoothing() * SIGMOID.value(rejected, chosen, in);
        }
    },
    ROBUST {
        @Override
        double value(double chosen, double rejected, Setting in) {
            return ((1 - in.smoothing()) * SIGMOID.value(chosen, rejected, in)
                            - in.smoothing() * SIGMOID.value(rejected, chosen, in))
                    / (1 - 2 * in.smoothing());
        }
    },
    SIGMOID_NORM {
        @Override
        double value(double chosen, double rejected, Setting in) {
            return SIGMOID.value(chosen, rejected, in);
        }

        @Override
        boolean isPerToken() {
            return true;
        }
    },
    IPO {
        @Override
        double value(double chosen, double rejected, Setting in) {
            return Math.pow(chosen - rejected - 1 / (2 * in.beta()), 2);
        }

        @Override
        boolean isPerToken() {
            return true;
        }
    },
    HINGE {
        @Override
        double value(double chosen, double rejected, Setting in) {
            return Math.max(0, 1 - in.beta() * (chosen - rejected));
        }
    };

    /** What the losses share. */
    public record Setting(double beta, double smoothing) {}

    /** Of log-ratios, policy to reference. */
    abstract double value(double chosen, double rejected, Setting in);

    /** Whether log-ratios are means over an answer's tokens. */
    boolean isPerToken() {
        return false;
    }

    /** The loss of a pair, its label right with the probability of its strength. */
    public double of(TrainingPair pair, ReferenceLlama policy, ReferenceLlama reference, Setting in) {
        double chosen = logRatio(pair.promptTokens(), pair.chosenTokens(), policy, reference);
        double rejected = logRatio(pair.promptTokens(), pair.rejectedTokens(), policy, reference);
        if (isPerToken()) {
            chosen /= pair.chosenTokens().length;
            rejected /= pair.rejectedTokens().length;
        }
        return pair.strength() * value(chosen, rejected, in) + (1 - pair.strength()) * value(rejected, chosen, in);
    }

    private static double logRatio(int[] prompt, int[] answer, ReferenceLlama policy, ReferenceLlama reference) {
        return policy.logp(prompt, answer) - reference.logp(prompt, answer);
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
