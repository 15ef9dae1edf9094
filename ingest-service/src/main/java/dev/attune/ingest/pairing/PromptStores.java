package dev.attune.ingest.pairing;

import dev.attune.events.JudgedCompletion;
import dev.attune.ingest.pairing.rules.AssembledPair;
import dev.attune.ingest.pairing.rules.AssembledSingle;
import dev.attune.ingest.pairing.rules.JudgedAnswer;
import dev.attune.ingest.pairing.rules.Published;
import dev.attune.ingest.pairing.state.ObjectCache;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The prompt stage's stores: one row a completion, never one growing blob. What the rules look through (votes, digests,
 * what was published) is apart from the texts, which are read only for what goes out. Every change is written at once; the
 * cache saves reading back what was written a moment ago.
 */
final class PromptStores {
    private static final StringSerializer STRINGS = new StringSerializer();
    /** One hot prompt must not push everything else out. */
    private static final int MOST_CACHED_ANSWERS = 5_000;

    private final KeyValueStore<String, JudgedAnswer> answers;
    private final KeyValueStore<String, JudgedCompletion> texts;
    private final KeyValueStore<String, Published<AssembledPair>> pairs;
    private final KeyValueStore<String, Published<AssembledSingle>> singles;
    private final ObjectCache.Section<PromptRows> cachedRows;
    private final ObjectCache.Section<JudgedCompletion> cachedTexts;

    PromptStores(ProcessorContext<?, ?> context, PairingCache cache) {
        this.answers = context.getStateStore(Nodes.PROMPT_ANSWERS_STORE);
        this.texts = context.getStateStore(Nodes.PROMPT_TEXTS_STORE);
        this.pairs = context.getStateStore(Nodes.PROMPT_PAIRS_STORE);
        this.singles = context.getStateStore(Nodes.PROMPT_SINGLES_STORE);
        this.cachedRows = cache.prompts();
        this.cachedTexts = cache.texts();
    }

    /** Of a prompt that nobody judged before there is nothing to read. */
    void open(String promptKey) {
        cachedRows.put(promptKey, new PromptRows());
    }

    @Nullable
    JudgedAnswer answer(String promptKey, String completionId) {
        PromptRows cached = cachedRows.get(promptKey);
        return cached == null
                ? answers.get(row(promptKey, completionId))
                : cached.answers().get(completionId);
    }

    /** Takes in what is newer than {@code known}. */
    void put(String promptKey, @Nullable JudgedAnswer known, JudgedCompletion judged) {
        String row = row(promptKey, judged.getCompletionId());
        JudgedAnswer answer = PairingRecords.answer(judged);
        answers.put(row, answer);
        PromptRows cached = cachedRows.get(promptKey);
        if (cached != null) {
            cached.answers().put(answer.completionId(), answer);
            keep(promptKey, cached);
        }
        if (known == null || !known.textDigest().equals(answer.textDigest())) {
            // The votes are in the other row; this one is written once, unless a user edits their edit.
            JudgedCompletion text = PairingRecords.withoutVotes(judged);
            texts.put(row, text);
            cachedTexts.put(row, text);
        }
    }

    /** Everything that is known of the prompt, but for the texts. It changes with what is put. */
    PromptRows rows(String promptKey) {
        PromptRows rows = cachedRows.get(promptKey);
        if (rows == null) {
            rows = new PromptRows(byId(answers, promptKey), byId(pairs, promptKey), byId(singles, promptKey));
            keep(promptKey, rows);
        }
        return rows;
    }

    void putPair(String promptKey, PromptRows rows, Published<AssembledPair> pair) {
        String pairId = pair.content().pairId();
        rows.pairs().put(pairId, pair);
        pairs.put(row(promptKey, pairId), pair);
    }

    void putSingle(String promptKey, PromptRows rows, Published<AssembledSingle> single) {
        String completionId = single.content().completionId();
        rows.singles().put(completionId, single);
        singles.put(row(promptKey, completionId), single);
    }

    /** The completion with its texts, as it was first judged: without votes. */
    JudgedCompletion text(String promptKey, String completionId) {
        String row = row(promptKey, completionId);
        JudgedCompletion text = cachedTexts.get(row);
        if (text == null) {
            text = texts.get(row);
            if (text == null) {
                throw new IllegalStateException("store " + Nodes.PROMPT_TEXTS_STORE
                        + " lacks a completion that its prompt knows: the state is damaged, reset the application");
            }
            cachedTexts.put(row, text);
        }
        return text;
    }

    void close() {
        cachedRows.close();
        cachedTexts.close();
    }

    private void keep(String promptKey, PromptRows rows) {
        if (rows.answers().size() <= MOST_CACHED_ANSWERS) {
            cachedRows.put(promptKey, rows);
        } else {
            cachedRows.remove(promptKey);
        }
    }

    private static <T> Map<String, T> byId(KeyValueStore<String, T> store, String promptKey) {
        String prefix = row(promptKey, "");
        Map<String, T> byId = new HashMap<>();
        try (KeyValueIterator<String, T> rows = store.prefixScan(prefix, STRINGS)) {
            while (rows.hasNext()) {
                KeyValue<String, T> entry = rows.next();
                byId.put(entry.key.substring(prefix.length()), entry.value);
            }
        }
        return byId;
    }

    /** Rows of one prompt stand together. */
    private static String row(String promptKey, String id) {
        return promptKey + RecordKeys.SEPARATOR + id;
    }
}
