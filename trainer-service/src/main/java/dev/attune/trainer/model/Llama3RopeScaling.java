package dev.attune.trainer.model;

/**
 * Llama 3.1's stretching of the rotary frequencies: low frequencies are divided by {@code factor}, high ones stay, and
 * those between are interpolated. As in transformers' {@code rope_type: llama3}.
 *
 * @param factor divisor of the low frequencies
 * @param lowFrequencyFactor wavelengths above {@code originalMaxPositions / lowFrequencyFactor} are low frequencies
 * @param highFrequencyFactor wavelengths below {@code originalMaxPositions / highFrequencyFactor} are high frequencies
 * @param originalMaxPositions positions of the model before it was stretched
 */
public record Llama3RopeScaling(
        double factor, double lowFrequencyFactor, double highFrequencyFactor, int originalMaxPositions) {

    /** @param inverseFrequency radians per position */
    double scale(double inverseFrequency) {
        double wavelength = 2 * Math.PI / inverseFrequency;
        if (wavelength < originalMaxPositions / highFrequencyFactor) {
            return inverseFrequency;
        }
        if (wavelength > originalMaxPositions / lowFrequencyFactor) {
            return inverseFrequency / factor;
        }
        double smooth =
                (originalMaxPositions / wavelength - lowFrequencyFactor) / (highFrequencyFactor - lowFrequencyFactor);
        return (1 - smooth) * inverseFrequency / factor + smooth * inverseFrequency;
    }
}
