package dev.attune.publisher.gate;

import dev.attune.publisher.release.RefusedException;
import dev.attune.publisher.release.RejectReason;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trainer's own figures, held against those of the version that is live. Against the live one and not against the
 * candidate's parent: a parent may have been refused, and its child must not pass because it is no worse.
 */
public final class HeldOutGate {

    private static final Logger LOG = LoggerFactory.getLogger(HeldOutGate.class);

    private final HeldOutBounds bounds;

    public HeldOutGate(HeldOutBounds bounds) {
        this.bounds = bounds;
    }

    /**
     * What a candidate is held against.
     *
     * @param version the live one
     * @param evaluation from its manifest
     */
    public record Live(String version, Map<String, Double> evaluation) {}

    /** A figure of the trainer's. */
    private enum Figure {
        ACCURACY(RejectReason.ACCURACY_DROPPED, "accuracy", "maxAccuracyDrop", "eval_rewards/accuracies"),
        CHOSEN(
                RejectReason.CHOSEN_LESS_LIKELY,
                "log-probability of the chosen answers",
                "maxChosenDrop",
                "eval_logps/chosen"),
        KL(RejectReason.KL_TOO_HIGH, "KL to the anchor", "maxKl", "eval_kl");

        /** Where the trainer learns from single answers: its {@code eval_kl} is KTO's own estimate there. */
        private static final String KL_OF_SINGLES = "eval_kl/anchor";

        private final RejectReason reason;
        private final String phrase;
        private final String setting;
        private final String trainersName;

        Figure(RejectReason reason, String phrase, String setting, String trainersName) {
            this.reason = reason;
            this.phrase = phrase;
            this.setting = setting;
            this.trainersName = trainersName;
        }

        String measurement() {
            return "gate.heldout." + name().toLowerCase(Locale.ROOT);
        }

        @Nullable
        Double of(Map<String, Double> evaluation) {
            return this == KL && evaluation.containsKey(KL_OF_SINGLES)
                    ? evaluation.get(KL_OF_SINGLES)
                    : evaluation.get(trainersName);
        }
    }

    /**
     * @param evaluation from the candidate's manifest, as the trainer names its figures
     * @param live null where the base is live: there is nothing to compare with
     * @return what was compared, by name
     */
    public Map<String, Double> check(Map<String, Double> evaluation, @Nullable Live live) throws RefusedException {
        Map<String, Double> measurements = new TreeMap<>();
        checkDrop(Figure.ACCURACY, bounds.maxAccuracyDrop(), evaluation, live, measurements);
        checkDrop(Figure.CHOSEN, bounds.maxChosenDrop(), evaluation, live, measurements);
        Double budget = bounds.maxKl();
        if (budget != null) {
            double kl = required(Figure.KL, evaluation, measurements);
            if (kl > budget) {
                String detail = String.format(
                        Locale.ROOT, "held-out %s is %.3f nats an answer (at most %.3f)", Figure.KL.phrase, kl, budget);
                throw new RefusedException(Figure.KL.reason, detail, measurements, null);
            }
        }
        return measurements;
    }

    private static void checkDrop(
            Figure figure,
            @Nullable Double maxDrop,
            Map<String, Double> evaluation,
            @Nullable Live live,
            Map<String, Double> measurements)
            throws RefusedException {
        if (maxDrop == null) {
            return;
        }
        double value = required(figure, evaluation, measurements);
        if (live == null) {
            return;
        }
        Double liveValue = figure.of(live.evaluation());
        if (liveValue == null) {
            // Of a version from before the trainer held anything out: only one that has the figure can follow it.
            LOG.warn("{} has no {}: nothing is held against it", live.version(), figure.trainersName);
            return;
        }
        measurements.put(figure.measurement() + ".live", liveValue);
        if (value < liveValue - maxDrop) {
            String detail = String.format(
                    Locale.ROOT,
                    "held-out %s is %.3f, that of the live %s %.3f: a drop of %.3f (at most %.3f)",
                    figure.phrase,
                    value,
                    live.version(),
                    liveValue,
                    liveValue - value,
                    maxDrop);
            throw new RefusedException(figure.reason, detail, measurements, null);
        }
    }

    private static double required(Figure figure, Map<String, Double> evaluation, Map<String, Double> measurements)
            throws RefusedException {
        Double value = figure.of(evaluation);
        if (value == null) {
            throw new RefusedException(
                    RejectReason.FIGURE_MISSING,
                    "the manifest has no " + figure.trainersName
                            + ": let the trainer hold examples out (heldOut.share), wait until it has some, or remove"
                            + " gates.heldOut." + figure.setting);
        }
        measurements.put(figure.measurement(), value);
        return value;
    }
}
