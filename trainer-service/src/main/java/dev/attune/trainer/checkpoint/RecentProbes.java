package dev.attune.trainer.checkpoint;

import dev.attune.artifacts.Probe;
import dev.attune.trainer.batch.PendingExample;
import dev.attune.trainer.learner.Learner;
import dev.attune.trainer.learner.TrainingExample;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Token sequences of the examples trained last: what a checkpoint proves itself with. */
final class RecentProbes {
    private final int count;
    private final Deque<List<Integer>> sequences = new ArrayDeque<>();

    /** @param count sequences a checkpoint has */
    RecentProbes(int count) {
        this.count = count;
    }

    void add(List<PendingExample> batch) {
        for (PendingExample pair : batch.subList(Math.max(0, batch.size() - count), batch.size())) {
            TrainingExample tokens = pair.tokens();
            int[] answer =
                    Stream.concat(tokens.liked(), tokens.disliked()).findFirst().orElseThrow();
            List<Integer> sequence = IntStream.concat(IntStream.of(tokens.promptTokens()), IntStream.of(answer))
                    .boxed()
                    .toList();
            sequences.remove(sequence);
            sequences.addLast(sequence);
        }
        while (sequences.size() > count) {
            sequences.removeFirst();
        }
    }

    /**
     * Computes the sequences' log-probabilities with the adapter as it is now.
     *
     * @throws DivergedCheckpointException if one is not a number
     */
    List<Probe> compute(Learner<?, ?> learner) {
        List<Probe> probes = new ArrayList<>();
        for (List<Integer> sequence : sequences) {
            List<Double> logps = new ArrayList<>();
            for (float logp : learner.tokenLogps(
                    sequence.stream().mapToInt(Integer::intValue).toArray())) {
                if (!Float.isFinite(logp)) {
                    throw new DivergedCheckpointException("a probe's log-probability is " + logp);
                }
                logps.add((double) logp);
            }
            probes.add(new Probe(sequence, logps));
        }
        return probes;
    }
}
