package dev.attune.ingest.pairing;

import dev.attune.events.CompletionServed;
import dev.attune.events.JudgedTurn;
import dev.attune.ingest.pairing.rules.AssembledPair;
import dev.attune.ingest.pairing.rules.AssembledSingle;
import dev.attune.ingest.pairing.rules.JudgedAnswer;
import dev.attune.ingest.pairing.rules.Published;
import dev.attune.ingest.pairing.state.ObjectCache;
import dev.attune.ingest.pairing.state.WriteBehindStore;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of prompts: one row a completion, never one growing blob. What the rules look through (votes, digests, what
 * was published) is apart from the texts, which are read only for what goes out. The cache saves reading back what came a
 * moment ago.
 */
final class PromptStores {
    private static final StringSerializer STRINGS = new StringSerializer();
    /** One hot prompt must not push everything else out. */
    private static final int MOST_CACHED_ANSWERS = 5_000;

    private final TopicRows<JudgedTurn> judged;
    private final TopicRows<CompletionServed> texts;
    private final KeyValueStore<String, Published<AssembledPair>> pairs;
    private final KeyValueStore<String, Published<AssembledSingle>> singles;
    private final ObjectCache.Section<PromptRows> cachedRows;
    private final int maxAnswers;

    /** @param maxAnswers the first ones of a prompt, by the ids of their turns, count */
    PromptStores(
            ProcessorContext<?, ?> context,
            TopicRows<JudgedTurn> judged,
            TopicRows<CompletionServed> texts,
            PairingCache cache,
            int maxAnswers) {
        this.judged = judged;
        this.texts = texts;
        this.pairs = WriteBehindStore.of(context, Nodes.PROMPT_PAIRS_STORE);
        this.singles = WriteBehindStore.of(context, Nodes.PROMPT_SINGLES_STORE);
        this.cachedRows = cache.prompts();
        this.maxAnswers = maxAnswers;
    }

    /** Of a prompt that nobody judged before there is nothing to read. */
    void open(String promptKey) {
        cachedRows.put(promptKey, new PromptRows());
    }

    /** What was just read into the store of judged completions. */
    void read(String promptKey, JudgedTurn newest) {
        PromptRows cached = cachedRows.get(promptKey);
        if (cached != null) {
            for (JudgedAnswer answer : JudgedRecords.answers(newest)) {
                cached.answers().put(answer.completionId(), answer);
            }
            keep(promptKey, cached);
        }
    }

    /** Everything that is known of the prompt, but for the texts. It changes with what is put. */
    PromptRows rows(String promptKey) {
        PromptRows rows = cachedRows.get(promptKey);
        if (rows == null) {
            FirstAnswers first = new FirstAnswers(maxAnswers);
            judged.under(promptKey, first::add);
            Map<String, JudgedAnswer> answers = new HashMap<>();
            first.answers().forEach(answer -> answers.put(answer.completionId(), answer));
            rows = new PromptRows(answers, byId(pairs, promptKey), byId(singles, promptKey), first.leftOut());
            keep(promptKey, rows);
        }
        return rows;
    }

    void putPair(String promptKey, PromptRows rows, Published<AssembledPair> pair) {
        String pairId = pair.content().pairId();
        rows.pairs().put(pairId, pair);
        pairs.put(RecordKeys.row(promptKey, pairId), pair);
    }

    void putSingle(String promptKey, PromptRows rows, Published<AssembledSingle> single) {
        String completionId = single.content().completionId();
        rows.singles().put(completionId, single);
        singles.put(RecordKeys.row(promptKey, completionId), single);
    }

    /** The completion with its text; null while it is still on its way: it comes through another topic than the votes. */
    @Nullable
    CompletionServed text(String promptKey, String completionId) {
        return texts.get(RecordKeys.row(promptKey, completionId));
    }

    void close() {
        cachedRows.close();
    }

    private void keep(String promptKey, PromptRows rows) {
        if (rows.answers().size() <= Math.min(maxAnswers, MOST_CACHED_ANSWERS)) {
            cachedRows.put(promptKey, rows);
        } else {
            cachedRows.remove(promptKey);
        }
    }

    private static <T> Map<String, T> byId(KeyValueStore<String, T> store, String promptKey) {
        String prefix = RecordKeys.row(promptKey, "");
        Map<String, T> byId = new HashMap<>();
        try (KeyValueIterator<String, T> rows = store.prefixScan(prefix, STRINGS)) {
            while (rows.hasNext()) {
                KeyValue<String, T> entry = rows.next();
                byId.put(entry.key.substring(prefix.length()), entry.value);
            }
        }
        return byId;
    }
}
