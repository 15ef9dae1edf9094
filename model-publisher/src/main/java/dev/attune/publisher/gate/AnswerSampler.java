package dev.attune.publisher.gate;

import dev.attune.publisher.http.CallException;
import dev.attune.publisher.http.ParallelCalls;
import dev.attune.publisher.http.Retrier;
import dev.attune.publisher.serving.ReplicaGroup;
import java.util.List;
import java.util.stream.IntStream;

/** Has a served model answer the prompts of the gates, at temperature 1: as users get it. */
final class AnswerSampler {

    private final ReplicaGroup replicas;
    private final Retrier retrier;
    private final List<GatePrompt> prompts;
    private final GateSettings settings;

    AnswerSampler(ReplicaGroup replicas, Retrier retrier, List<GatePrompt> prompts, GateSettings settings) {
        this.replicas = replicas;
        this.retrier = retrier;
        this.prompts = prompts;
        this.settings = settings;
    }

    /** {@code answersPerPrompt} answers to every prompt, spread over the replicas. The same seeds every time. */
    List<GateAnswer> sample(String model) throws CallException {
        List<Integer> numbers = IntStream.range(0, prompts.size() * settings.answersPerPrompt())
                .boxed()
                .toList();
        return ParallelCalls.map(numbers, settings.concurrency(), number -> {
            GatePrompt prompt = prompts.get(number % prompts.size());
            return new GateAnswer(
                    number,
                    prompt,
                    retrier.call(
                            () -> replicas.answer(number, model, prompt.messages(), settings.maxTokens(), number)));
        });
    }
}
