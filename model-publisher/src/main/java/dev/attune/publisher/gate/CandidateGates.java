package dev.attune.publisher.gate;

import dev.attune.publisher.gate.evaluation.EvaluationGate;
import dev.attune.publisher.gate.evaluation.EvaluationSettings;
import dev.attune.publisher.gate.evaluation.EvaluationSubject;
import dev.attune.publisher.gate.safety.ChatModel.Question;
import dev.attune.publisher.gate.safety.SafetyGate;
import dev.attune.publisher.gate.safety.SafetySettings;
import dev.attune.publisher.http.CallException;
import dev.attune.publisher.http.JsonHttp;
import dev.attune.publisher.http.Retrier;
import dev.attune.publisher.http.StopSignal;
import dev.attune.publisher.release.RefusedException;
import dev.attune.publisher.serving.ReplicaGroup;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All gates on what every replica answers with and nobody is sent to yet: divergence and form of its answers, safety probes, and
 * last the team's own evaluation, which may take longest. Those that are not configured are not asked.
 */
public final class CandidateGates implements AutoCloseable {

    private final @Nullable ServedGates answers;
    private final @Nullable SafetyGate safety;
    private final @Nullable EvaluationGate evaluation;

    /**
     * @param settings null for no gates
     * @throws dev.attune.kit.ConfigException if a file that they name cannot be used
     */
    public CandidateGates(
            @Nullable GateSettings settings,
            String baseModel,
            ReplicaGroup replicas,
            Retrier retrier,
            JsonHttp http,
            StopSignal stop) {
        Path prompts = settings == null ? null : settings.prompts();
        this.answers = settings == null || prompts == null
                ? null
                : new ServedGates(settings, GatePrompt.readAll(prompts), baseModel, replicas, retrier, http);
        SafetySettings probes = settings == null ? null : settings.safety();
        this.safety = probes == null ? null : new SafetyGate(probes, question -> ask(replicas, question), retrier);
        EvaluationSettings team = settings == null ? null : settings.evaluation();
        this.evaluation = team == null ? null : new EvaluationGate(team, stop);
    }

    private static String ask(ReplicaGroup replicas, Question question) throws CallException {
        return replicas.text(
                question.number(),
                question.model(),
                question.messages(),
                question.maxTokens(),
                question.temperature(),
                question.seed());
    }

    /** Measures the base by the same path, once: it never changes. */
    public void measureBase() throws CallException {
        if (answers != null) {
            answers.measureBase();
        }
    }

    /**
     * @return what was measured, by name
     * @throws RefusedException by the first gate that says no, or gets no answer
     */
    public Map<String, Double> check(EvaluationSubject candidate) throws RefusedException {
        Map<String, Double> measurements = new TreeMap<>();
        if (answers != null) {
            measurements.putAll(answers.check(candidate.servedName()));
        }
        if (safety != null) {
            measurements.putAll(safety.check(candidate.servedName()));
        }
        if (evaluation != null) {
            evaluation.check(candidate);
        }
        return measurements;
    }

    @Override
    public void close() {
        if (evaluation != null) {
            evaluation.close();
        }
    }
}
