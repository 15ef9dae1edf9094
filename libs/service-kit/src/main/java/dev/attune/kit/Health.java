package dev.attune.kit;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * What a process says of itself. Live: restarting it would not help. Ready: it can do its work now. Liveness never
 * depends on Kafka: a cluster that is away is no reason to restart every service.
 */
public final class Health {
    private final Map<String, Supplier<Optional<String>>> live = new ConcurrentHashMap<>();
    private final Map<String, Supplier<Optional<String>>> ready = new ConcurrentHashMap<>();

    /** Adds a liveness check: it answers with the problem, or with nothing while all is well. */
    public Health live(String check, Supplier<Optional<String>> problem) {
        live.put(check, problem);
        return this;
    }

    /** Adds a readiness check: it answers with the problem, or with nothing while all is well. */
    public Health ready(String check, Supplier<Optional<String>> problem) {
        ready.put(check, problem);
        return this;
    }

    /** The liveness problems by check. */
    public Map<String, String> livenessProblems() {
        return problems(live);
    }

    /** The readiness problems by check; a process that is not live is not ready. */
    public Map<String, String> readinessProblems() {
        Map<String, String> all = problems(live);
        all.putAll(problems(ready));
        return all;
    }

    private static Map<String, String> problems(Map<String, Supplier<Optional<String>>> checks) {
        Map<String, String> problems = new LinkedHashMap<>();
        checks.forEach((check, problem) -> problem.get().ifPresent(text -> problems.put(check, text)));
        return problems;
    }
}
