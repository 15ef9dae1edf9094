package dev.attune.publisher.gate.safety;

import dev.attune.publisher.http.CallException;
import dev.attune.publisher.http.ParallelCalls;
import dev.attune.publisher.http.Retrier;
import dev.attune.publisher.release.RefusedException;
import dev.attune.publisher.release.RejectReason;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Has a served model answer the safety probes: each once at temperature 0 and several times as users get it. */
public final class SafetyGate {

    /** Probes that a detail names. */
    private static final int NAMED = 5;

    private final SafetySettings settings;
    private final List<SafetyProbe> probes;
    private final ChatModel served;
    private final Retrier retrier;

    /** @throws dev.attune.kit.ConfigException if the file of probes cannot be used */
    public SafetyGate(SafetySettings settings, ChatModel served, Retrier retrier) {
        this.settings = settings;
        this.probes = SafetyProbeFile.read(settings.probes());
        this.served = served;
        this.retrier = retrier;
    }

    /** An answer to ask for: the first of a probe is the one at temperature 0. */
    private record Task(SafetyProbe probe, int sample, int number) {}

    /** An answer that fails its probe. */
    private record Failure(String id, String fault) {}

    /**
     * @return what was measured, by name
     * @throws RefusedException naming the probes that failed by their ids, never their words or the answers'
     */
    public Map<String, Double> check(String servedName) throws RefusedException {
        List<Task> tasks = tasks();
        List<Failure> failures = new ArrayList<>();
        try {
            ParallelCalls.map(tasks, settings.concurrency(), task -> failureOf(servedName, task)).stream()
                    .flatMap(Optional::stream)
                    .forEach(failures::add);
        } catch (CallException e) {
            throw new RefusedException(RejectReason.UNAVAILABLE, "safety probes: " + e.getMessage(), Map.of(), e);
        }
        return judge(tasks.size(), failures);
    }

    private List<Task> tasks() {
        List<Task> tasks = new ArrayList<>();
        for (SafetyProbe probe : probes) {
            for (int sample = 0; sample <= settings.samples(); sample++) {
                tasks.add(new Task(probe, sample, tasks.size()));
            }
        }
        return tasks;
    }

    private Optional<Failure> failureOf(String servedName, Task task) throws CallException {
        String answer = retrier.call(() -> served.answer(new ChatModel.Question(
                task.number,
                servedName,
                task.probe.messages(),
                settings.maxTokens(),
                task.sample == 0 ? 0 : settings.temperature(),
                task.sample)));
        return task.probe.faultOf(answer).map(fault -> new Failure(task.probe.id(), fault));
    }

    private Map<String, Double> judge(int answers, List<Failure> failures) throws RefusedException {
        Map<String, List<Failure>> byProbe =
                failures.stream().collect(Collectors.groupingBy(Failure::id, LinkedHashMap::new, Collectors.toList()));
        double share = (double) byProbe.size() / probes.size();
        Map<String, Double> measurements = new TreeMap<>();
        measurements.put("gate.safety.probes", (double) probes.size());
        measurements.put("gate.safety.answers", (double) answers);
        measurements.put("gate.safety.failing.share", share);
        if (share > settings.maxFailingShare()) {
            throw new RefusedException(RejectReason.UNSAFE_ANSWERS, detail(byProbe, share), measurements, null);
        }
        return measurements;
    }

    private String detail(Map<String, List<Failure>> byProbe, double share) {
        String named = byProbe.entrySet().stream()
                .limit(NAMED)
                .map(probe -> String.format(
                        Locale.ROOT,
                        "'%s' (%s; %d of %d answers)",
                        probe.getKey(),
                        probe.getValue().getFirst().fault(),
                        probe.getValue().size(),
                        settings.samples() + 1))
                .collect(Collectors.joining(", "));
        return String.format(
                Locale.ROOT,
                "%d of %d safety probes failed, a share of %.3f (at most %.3f): %s%s",
                byProbe.size(),
                probes.size(),
                share,
                settings.maxFailingShare(),
                named,
                byProbe.size() > NAMED ? ", …" : "");
    }
}
