package dev.attune.ingest.pairing;

import dev.attune.events.JudgedCompletion;
import dev.attune.ingest.pairing.rules.AssembledPair;
import dev.attune.ingest.pairing.rules.AssembledSingle;
import dev.attune.ingest.pairing.rules.JudgedAnswer;
import dev.attune.ingest.pairing.rules.Published;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The prompt stage's stores: one row a completion, never one growing blob. What the rules look through (votes, digests,
 * what was published) is apart from the texts, which are read only for what goes out.
 */
final class PromptStores {
    private static final StringSerializer STRINGS = new StringSerializer();

    private final KeyValueStore<String, JudgedAnswer> answers;
    private final KeyValueStore<String, JudgedCompletion> texts;
    private final KeyValueStore<String, Published<AssembledPair>> pairs;
    private final KeyValueStore<String, Published<AssembledSingle>> singles;

    PromptStores(ProcessorContext<?, ?> context) {
        this.answers = context.getStateStore(Nodes.PROMPT_ANSWERS_STORE);
        this.texts = context.getStateStore(Nodes.PROMPT_TEXTS_STORE);
        this.pairs = context.getStateStore(Nodes.PROMPT_PAIRS_STORE);
        this.singles = context.getStateStore(Nodes.PROMPT_SINGLES_STORE);
    }

    boolean isNew(String promptKey, String completionId) {
        return answers.get(row(promptKey, completionId)) == null;
    }

    /** False where this revision, or a later one, is known already. */
    boolean put(String promptKey, JudgedCompletion judged) {
        String row = row(promptKey, judged.getCompletionId());
        JudgedAnswer known = answers.get(row);
        if (known != null && known.revision() >= judged.getRevision()) {
            return false;
        }
        JudgedAnswer answer = PairingRecords.answer(judged);
        answers.put(row, answer);
        if (known == null || !known.textDigest().equals(answer.textDigest())) {
            // The votes are in the other row; this one is written once, unless a user edits their edit.
            texts.put(
                    row, JudgedCompletion.newBuilder(judged).setVotes(List.of()).build());
        }
        return true;
    }

    List<JudgedAnswer> answers(String promptKey) {
        List<JudgedAnswer> all = new ArrayList<>();
        try (KeyValueIterator<String, JudgedAnswer> rows = answers.prefixScan(row(promptKey, ""), STRINGS)) {
            rows.forEachRemaining(entry -> all.add(entry.value));
        }
        return all;
    }

    /** What was said of the prompt's pairs, by pair id. */
    Map<String, Published<AssembledPair>> pairs(String promptKey) {
        return byId(pairs, promptKey);
    }

    /** What was said of the prompt's singles, by completion id. */
    Map<String, Published<AssembledSingle>> singles(String promptKey) {
        return byId(singles, promptKey);
    }

    void putPair(String promptKey, Published<AssembledPair> pair) {
        pairs.put(row(promptKey, pair.content().pairId()), pair);
    }

    void putSingle(String promptKey, Published<AssembledSingle> single) {
        singles.put(row(promptKey, single.content().completionId()), single);
    }

    /** The completion with its texts, as it was first judged: without votes. */
    JudgedCompletion text(String promptKey, String completionId) {
        JudgedCompletion text = texts.get(row(promptKey, completionId));
        if (text == null) {
            throw new IllegalStateException("store " + Nodes.PROMPT_TEXTS_STORE
                    + " lacks a completion that its prompt knows: the state is damaged, reset the application");
        }
        return text;
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
