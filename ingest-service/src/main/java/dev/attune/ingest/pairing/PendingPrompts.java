package dev.attune.ingest.pairing;

import dev.attune.events.state.PromptPending;
import dev.attune.ingest.pairing.state.WriteBehindStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * Which prompts have changes that are not decided on yet, so that a restart finds them. Nearly all of them come with one commit
 * and are decided on within seconds: a row for each would be a third of all that pairing writes, and a deletion as well.
 * So a page holds what comes between two commits, and goes when the last of its prompts is decided on.
 *
 * <p>After a restart the prompts of a page that were decided on already are looked at once more, which changes nothing.
 */
final class PendingPrompts {
    /** Bounds the size of a row. */
    private static final int MOST_ON_A_PAGE = 2_000;
    /** A page with fewer left gives them to the newest one: a prompt that is never quiet would keep all the others' names. */
    private static final int FEWEST_OF_A_PAGE = 8;

    /** Prompts that are written in one row. */
    private static final class Page {
        private final String id;
        private final Instant since;
        private final int size;
        private final Set<String> left;

        private Page(String id, Instant since, Set<String> left) {
            this.id = id;
            this.since = since;
            this.size = left.size();
            this.left = left;
        }
    }

    private final WriteBehindStore<PromptPending> store;
    /** Of each prompt whose page is written. */
    private final Map<String, Page> pages = new HashMap<>();
    /** Since when they are pending, of those that are not written yet. */
    private final Map<String, Instant> unwritten = new HashMap<>();

    private long nextId;

    PendingPrompts(WriteBehindStore<PromptPending> store) {
        this.store = store;
        store.beforeWriting(this::write);
    }

    /** Whether a prompt is pending, as another thread sees it in the store. */
    static boolean contain(ReadOnlyKeyValueStore<String, PromptPending> store, String promptKey) {
        try (KeyValueIterator<String, PromptPending> rows = store.all()) {
            while (rows.hasNext()) {
                if (promptKeys(rows.next()).contains(promptKey)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Before the first of everything: what was pending when another process had this task, each with the time since when. */
    void recall(BiConsumer<String, Instant> pending) {
        try (KeyValueIterator<String, PromptPending> rows = store.all()) {
            while (rows.hasNext()) {
                KeyValue<String, PromptPending> row = rows.next();
                Page page = new Page(
                        row.key, Instant.ofEpochMilli(row.value.getSince()), new LinkedHashSet<>(promptKeys(row)));
                page.left.forEach(promptKey -> pages.put(promptKey, page));
                nextId = Math.max(nextId, following(row));
            }
        }
        pages.forEach((promptKey, page) -> pending.accept(promptKey, page.since));
    }

    /** Of a prompt that is not pending. */
    void add(String promptKey, Instant since) {
        unwritten.put(promptKey, since);
        if (unwritten.size() >= MOST_ON_A_PAGE) {
            write();
        }
    }

    void remove(String promptKey) {
        if (unwritten.remove(promptKey) != null) {
            return;
        }
        Page page = pages.remove(promptKey);
        if (page == null) {
            return;
        }
        page.left.remove(promptKey);
        if (page.left.size() * FEWEST_OF_A_PAGE <= page.size) {
            store.put(page.id, null);
            for (String left : page.left) {
                pages.remove(left);
                unwritten.put(left, page.since);
            }
        }
    }

    private void write() {
        if (unwritten.isEmpty()) {
            return;
        }
        Instant since = unwritten.values().stream().min(Instant::compareTo).orElseThrow();
        Page page = new Page(HexFormat.of().toHexDigits(nextId++), since, new LinkedHashSet<>(unwritten.keySet()));
        page.left.forEach(promptKey -> pages.put(promptKey, page));
        store.put(page.id, new PromptPending(since.toEpochMilli(), new ArrayList<>(unwritten.keySet())));
        unwritten.clear();
    }

    private static List<String> promptKeys(KeyValue<String, PromptPending> row) {
        List<String> promptKeys = row.value.getPromptKeys();
        return promptKeys.isEmpty() ? List.of(row.key) : promptKeys;
    }

    private static long following(KeyValue<String, PromptPending> row) {
        return row.value.getPromptKeys().isEmpty() ? 0 : HexFormat.fromHexDigitsToLong(row.key) + 1;
    }
}
