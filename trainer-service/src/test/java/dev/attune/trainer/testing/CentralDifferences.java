package dev.attune.trainer.testing;

import java.util.function.DoubleSupplier;

/** Derivatives by differences: no chain rule to get wrong. */
public final class CentralDifferences {
    private static final double DISTANCE = 1e-5;

    private CentralDifferences() {}

    /**
     * The gradient of an objective.
     *
     * @param values moved one after the other, and put back
     * @param objective computed from the values as they are
     */
    public static double[] of(double[] values, DoubleSupplier objective) {
        double[] gradient = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            double original = values[i];
            values[i] = original + DISTANCE;
            double up = objective.getAsDouble();
            values[i] = original - DISTANCE;
            double down = objective.getAsDouble();
            values[i] = original;
            gradient[i] = (up - down) / (2 * DISTANCE);
        }
        return gradient;
    }
}
