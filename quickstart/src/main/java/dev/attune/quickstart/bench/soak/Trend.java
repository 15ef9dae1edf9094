package dev.attune.quickstart.bench.soak;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * A straight line through the second half of the samples, by least squares. The first half is left out: there compilers,
 * caches and pools fill up.
 *
 * @param at the line's middle
 * @param perStep its slope
 * @param standardError of the slope
 * @param perMillionSteps what the slope comes to
 * @param flat the line rises or falls by less than a hundredth of its middle over the whole run, or by less than two standard errors
 * @param meaning the same in a sentence
 */
record Trend(double at, double perStep, double standardError, double perMillionSteps, boolean flat, String meaning) {
    private static final double MILLION = 1e6;

    static Trend of(List<SoakSample> samples, ToDoubleFunction<SoakSample> value) {
        List<SoakSample> half = samples.subList(samples.size() / 2, samples.size());
        int n = half.size();
        double meanX = half.stream().mapToDouble(SoakSample::step).average().orElse(0);
        double meanY = half.stream().mapToDouble(value).average().orElse(0);
        double xx = 0;
        double xy = 0;
        for (SoakSample one : half) {
            xx += (one.step() - meanX) * (one.step() - meanX);
            xy += (one.step() - meanX) * (value.applyAsDouble(one) - meanY);
        }
        double slope = xx == 0 ? 0 : xy / xx;
        double residuals = 0;
        for (SoakSample one : half) {
            double off = value.applyAsDouble(one) - meanY - slope * (one.step() - meanX);
            residuals += off * off;
        }
        double error = n < 3 || xx == 0 ? 0 : Math.sqrt(residuals / (n - 2) / xx);
        double steps = samples.getLast().step() - samples.getFirst().step();
        boolean flat = Math.abs(slope) <= 2 * error || Math.abs(slope) * steps < meanY / 100;
        return new Trend(meanY, slope, error, slope * MILLION, flat, meaning(flat, slope, error));
    }

    private static String meaning(boolean flat, double slope, double error) {
        return String.format(
                Locale.ROOT,
                "%s: %+.2f a step (standard error %.2f), %+,.0f in a million steps",
                flat ? "flat" : slope > 0 ? "grows" : "shrinks",
                slope,
                error,
                slope * MILLION);
    }
}
