package dev.attune.publisher.gate;

import dev.attune.publisher.http.CallException;
import dev.attune.publisher.http.JsonHttp;
import dev.attune.publisher.http.Retrier;
import dev.attune.publisher.release.RefusedException;
import dev.attune.publisher.release.RejectReason;
import dev.attune.publisher.serving.ReplicaGroup;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The gates on what is served: the candidate answers prompts, and is held against the base by its answers. */
public final class ServedGates {

    private final GateSettings settings;
    private final String baseModel;
    private final AnswerSampler sampler;
    private final KlToBase klToBase;
    private final Retrier retrier;
    private final @Nullable AnswerCheck answerCheck;
    private final @Nullable AnswerCheckSettings answerBounds;
    private double baseShare = Double.NaN;

    /** @param prompts that are answered, one of {@code settings} */
    public ServedGates(
            GateSettings settings,
            List<GatePrompt> prompts,
            String baseModel,
            ReplicaGroup replicas,
            Retrier retrier,
            JsonHttp http) {
        this.settings = settings;
        this.baseModel = baseModel;
        this.retrier = retrier;
        this.sampler = new AnswerSampler(replicas, retrier, prompts, settings);
        this.klToBase = new KlToBase(replicas, retrier, baseModel, settings.concurrency());
        this.answerBounds = settings.answerCheck();
        this.answerCheck = answerBounds == null ? null : new AnswerCheck(URI.create(answerBounds.url()), http);
    }

    /** Measures the base by the same path, once: it never changes. */
    public void measureBase() throws CallException {
        if (answerCheck != null && Double.isNaN(baseShare)) {
            baseShare = wellFormed(answerCheck, baseModel, sampler.sample(baseModel))
                    .share();
        }
    }

    /**
     * Has the model answer, and judges the answers.
     *
     * @return what was measured, by name
     * @throws RefusedException if a bound is exceeded, or the figures could not be had
     */
    public Map<String, Double> check(String servedName) throws RefusedException {
        Map<String, Double> measurements = new TreeMap<>();
        try {
            List<GateAnswer> answers = sampler.sample(servedName);
            KlToBase.Estimate kl = klToBase.estimate(answers);
            measurements.put("gate.answers", (double) answers.size());
            measurements.put("gate.kl", kl.mean());
            measurements.put("gate.kl.standard.error", kl.standardError());
            if (kl.mean() > settings.maxKl()) {
                throw new RefusedException(
                        RejectReason.KL_TOO_HIGH,
                        String.format(
                                Locale.ROOT,
                                "KL to the base is %.2f ± %.2f nats an answer over %d answers (at most %.2f)",
                                kl.mean(),
                                kl.standardError(),
                                answers.size(),
                                settings.maxKl()),
                        measurements,
                        null);
            }
            if (answerCheck != null && answerBounds != null) {
                measureBase();
                checkWellFormed(answerBounds, wellFormed(answerCheck, servedName, answers), measurements);
            }
            return measurements;
        } catch (CallException e) {
            throw new RefusedException(RejectReason.UNAVAILABLE, "gate: " + e.getMessage(), measurements, e);
        }
    }

    private void checkWellFormed(
            AnswerCheckSettings bounds, AnswerCheck.Result result, Map<String, Double> measurements)
            throws RefusedException {
        measurements.put("gate.wellformed", result.share());
        measurements.put("gate.wellformed.base", baseShare);
        double needed = Math.max(bounds.minShare(), baseShare - bounds.maxDrop());
        if (result.share() < needed) {
            throw new RefusedException(
                    RejectReason.ILL_FORMED_ANSWERS,
                    String.format(
                            Locale.ROOT,
                            "%.3f of the answers are well-formed (at least %.3f; the base's share is %.3f): %s",
                            result.share(),
                            needed,
                            baseShare,
                            result.faults()),
                    measurements,
                    null);
        }
    }

    private AnswerCheck.Result wellFormed(AnswerCheck check, String model, List<GateAnswer> answers)
            throws CallException {
        return retrier.call(() -> check.check(model, answers));
    }
}
