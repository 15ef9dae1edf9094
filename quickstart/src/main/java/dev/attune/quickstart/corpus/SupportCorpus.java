package dev.attune.quickstart.corpus;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Customer support of a shop, as data: {@code support-corpus.yaml} beside this class.
 *
 * @param slots phrases by slot
 * @param greetings what a question may begin with; may name the customer
 * @param style how often each style of answer occurs
 * @param phrases sentences that belong to no intent
 * @param prose how steps become one sentence
 * @param preference the words by which simulated users tell what they like
 * @param intents what customers ask for
 */
public record SupportCorpus(
        @JsonProperty(required = true) Map<Slot, SlotValues> slots,
        @JsonProperty(required = true) List<String> greetings,
        @JsonProperty(required = true) AnswerStyle.Weights style,
        @JsonProperty(required = true) Phrases phrases,
        @JsonProperty(required = true) Prose prose,
        @JsonProperty(required = true) PreferenceWords preference,
        @JsonProperty(required = true) List<Intent> intents) {

    private static final String RESOURCE = "support-corpus.yaml";

    /** Steps in one sentence: {@code You should open …, then print …, then bring ….} */
    record Prose(String start, String join, int steps) {}

    /** Words whose presence makes an answer polite, or rambling. */
    record PreferenceWords(List<String> polite, List<String> ramble) {}

    /** The corpus that Attune brings. */
    public static SupportCorpus load() {
        YAMLMapper mapper = YAMLMapper.builder(new YAMLFactory())
                .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build();
        try (InputStream file = SupportCorpus.class.getResourceAsStream(RESOURCE)) {
            return mapper.readValue(Objects.requireNonNull(file, RESOURCE), SupportCorpus.class);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the resource " + RESOURCE, e);
        }
    }

    /** Steps of an intent as full sentences, still templates. */
    Stream<String> stepSentences(Intent intent) {
        return intent.steps().stream().map(step -> step + ".");
    }

    /** What an intent's answers say outside numbered lines, still templates. */
    Stream<String> plainSentences(Intent intent) {
        List<String> steps = intent.steps().stream()
                .limit(prose.steps())
                .map(Sentences::uncapitalised)
                .toList();
        return Stream.of(intent.answer(), prose.start() + String.join(prose.join(), steps) + ".");
    }

    /** Replaces placeholders by the given phrases, or by generic ones, and begins with a capital letter. */
    String fill(String template, Map<Slot, String> phrasesBySlot) {
        String text = template;
        for (Map.Entry<Slot, SlotValues> slot : slots.entrySet()) {
            String phrase =
                    phrasesBySlot.getOrDefault(slot.getKey(), slot.getValue().generic());
            String placeholder = slot.getKey().placeholder();
            // Nothing to say takes its comma with it: "Thank you, {name}." becomes "Thank you."
            text = phrase.isEmpty() ? text.replace(", " + placeholder, "") : text.replace(placeholder, phrase);
        }
        return Sentences.capitalised(text);
    }
}
