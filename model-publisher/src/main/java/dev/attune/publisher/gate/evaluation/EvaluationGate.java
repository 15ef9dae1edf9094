package dev.attune.publisher.gate.evaluation;

import dev.attune.publisher.http.CallException;
import dev.attune.publisher.http.JsonHttp;
import dev.attune.publisher.http.Retrier;
import dev.attune.publisher.http.StopSignal;
import dev.attune.publisher.release.RefusedException;
import dev.attune.publisher.release.RejectReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the team's own evaluations about a loaded candidate. All have to say yes; no answer is no yes. */
public final class EvaluationGate implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EvaluationGate.class);

    private final List<Evaluation> evaluations = new ArrayList<>();
    private final List<JsonHttp> clients = new ArrayList<>();

    public EvaluationGate(EvaluationSettings settings, StopSignal stop) {
        CommandSettings command = settings.command();
        if (command != null) {
            evaluations.add(new CommandEvaluation(command, stop));
        }
        HookSettings hook = settings.hook();
        if (hook != null) {
            JsonHttp http = new JsonHttp(hook.retry().callTimeout(), stop);
            clients.add(http);
            evaluations.add(new HookEvaluation(hook, http, new Retrier(hook.retry(), stop)));
        }
    }

    /** @throws RefusedException with the reason that was given */
    public void check(EvaluationSubject subject) throws RefusedException {
        for (Evaluation evaluation : evaluations) {
            Verdict verdict;
            try {
                verdict = evaluation.judge(subject);
            } catch (CallException e) {
                throw new RefusedException(
                        RejectReason.EVALUATION_UNANSWERED,
                        evaluation.name() + " gave no answer: " + e.getMessage(),
                        Map.of(),
                        e);
            }
            if (!verdict.allows()) {
                throw new RefusedException(
                        RejectReason.EVALUATION_REFUSED, evaluation.name() + " said no: " + verdict.reason());
            }
            LOG.info("{} allows {}: {}", evaluation.name(), subject.version(), verdict.reason());
        }
    }

    @Override
    public void close() {
        clients.forEach(JsonHttp::close);
    }
}
