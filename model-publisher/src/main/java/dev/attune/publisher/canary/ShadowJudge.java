package dev.attune.publisher.canary;

import dev.attune.events.CompletionServed;
import dev.attune.events.Message;
import dev.attune.kit.KafkaSettings;
import dev.attune.publisher.serving.ChatMessage;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.TopicReader;
import dev.attune.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Judges a version that answers nobody: live prompts are asked again, of it and of the stable version. It sees errors, refusals,
 * times and lengths, by the same rules as for a canary. Whether people like its answers better it cannot see: nobody reads them. After
 * a restart it begins to ask anew.
 */
public final class ShadowJudge implements CanaryJudge {
    private static final Duration POLL = Duration.ofMillis(50);

    private final KafkaSettings kafka;
    private final Topics topics;
    private final AvroSerdes serdes;
    private final CanarySettings settings;
    private final String baseModel;
    private final ShadowServing serving;
    private @Nullable Asking asking;

    /** @param baseModel what serving calls the base */
    public ShadowJudge(
            KafkaSettings kafka,
            Topics topics,
            AvroSerdes serdes,
            CanarySettings settings,
            String baseModel,
            ShadowServing serving) {
        this.kafka = kafka;
        this.topics = topics;
        this.serdes = serdes;
        this.settings = settings;
        this.baseModel = baseModel;
        this.serving = serving;
    }

    /** What is open for one version. */
    private record Asking(
            CanaryRun run, CanaryEvidence evidence, TopicReader<CompletionServed> prompts, ShadowSampler sampler)
            implements AutoCloseable {
        @Override
        public void close() {
            sampler.close();
            prompts.close();
        }
    }

    @Override
    public CanaryVerdict judge(CanaryRun run, Instant now) {
        Asking current = asking;
        if (current == null || !current.run.equals(run)) {
            close();
            current = open(run, now);
            asking = current;
        }
        Asking open = current;
        open.sampler.take(open.evidence::addPair);
        open.prompts.poll(POLL, served -> prompt(served, run).ifPresent(open.sampler::offer));
        return CanaryRules.judge(open.evidence, settings, run, now);
    }

    private Asking open(CanaryRun run, Instant now) {
        String stable = run.stableVersion();
        // One that is under way goes on where the shadow was configured away meanwhile.
        ShadowSettings shadow = settings.shadow();
        ShadowSampler sampler = new ShadowSampler(
                serving,
                shadow == null ? ShadowSettings.DEFAULTS : shadow,
                new CanaryRecords(settings.health().refusalPatterns()),
                run.modelId() + "-" + run.version(),
                stable == null ? baseModel : run.modelId() + "-" + stable);
        try {
            return new Asking(
                    run,
                    new CanaryEvidence(settings, run),
                    SinceReaders.open(kafka, topics.completions(), serdes, now),
                    sampler);
        } catch (RuntimeException e) {
            sampler.close();
            throw e;
        }
    }

    /** Empty where it may not be asked again, or cannot be read. */
    private static Optional<List<ChatMessage>> prompt(CompletionServed served, CanaryRun run) {
        if (!served.getAllowShadow()
                || served.getMessages().isEmpty()
                || !run.isAbout(served.getTenant(), served.getModelId())) {
            return Optional.empty();
        }
        List<ChatMessage> prompt = new ArrayList<>();
        for (Message message : served.getMessages()) {
            String text = CanaryRecords.clear(message.getContent());
            if (text == null || message.getRole().isBlank()) {
                return Optional.empty();
            }
            prompt.add(new ChatMessage(message.getRole(), text));
        }
        return Optional.of(prompt);
    }

    @Override
    public void close() {
        Asking open = asking;
        asking = null;
        if (open != null) {
            open.close();
        }
    }
}
