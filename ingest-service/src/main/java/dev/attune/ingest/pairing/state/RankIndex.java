package dev.attune.ingest.pairing.state;

import dev.attune.ingest.pairing.rules.BudgetScope;
import dev.attune.ingest.pairing.rules.Rank;
import java.util.Optional;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The pairs of the budgets' scopes, sorted: a store whose keys are the scope's id (a hash, so of one length), a slash, and
 * the rank.
 */
public final class RankIndex {
    /** All that an entry says is in its key; its value is the format of that key. */
    private static final byte FORMAT = 1;

    private static final char SLASH = '/';
    /** What comes after the slash: the end of a scope's entries. */
    private static final char AFTER_SLASH = '0';

    private final KeyValueStore<String, byte[]> store;

    public RankIndex(KeyValueStore<String, byte[]> store) {
        this.store = store;
    }

    public void add(BudgetScope scope, Rank rank) {
        store.put(entry(scope, rank), new byte[] {FORMAT});
    }

    public void remove(BudgetScope scope, Rank rank) {
        store.delete(entry(scope, rank));
    }

    /** The first of the scope. */
    public Optional<Rank> first(BudgetScope scope) {
        return nearest(scope, store.range(scope.id() + SLASH, scope.id() + AFTER_SLASH), "");
    }

    public Optional<Rank> after(BudgetScope scope, Rank rank) {
        String entry = entry(scope, rank);
        return nearest(scope, store.range(entry, scope.id() + AFTER_SLASH), entry);
    }

    public Optional<Rank> before(BudgetScope scope, Rank rank) {
        String entry = entry(scope, rank);
        return nearest(scope, store.reverseRange(scope.id() + SLASH, entry), entry);
    }

    /** @param except the bounds of a range are in it */
    private static Optional<Rank> nearest(BudgetScope scope, KeyValueIterator<String, byte[]> range, String except) {
        try (range) {
            while (range.hasNext()) {
                KeyValue<String, byte[]> entry = range.next();
                requireKnown(entry.value);
                if (!entry.key.equals(except)) {
                    return Optional.of(new Rank(entry.key.substring(scope.id().length() + 1)));
                }
            }
            return Optional.empty();
        }
    }

    private static void requireKnown(byte[] value) {
        if (value.length == 0 || value[0] > FORMAT) {
            throw new SerializationException(
                    "the budgets' ranks have entries of a format that this release does not know,"
                            + " so a newer release wrote them: run that one, or reset the application");
        }
    }

    private static String entry(BudgetScope scope, Rank rank) {
        return scope.id() + SLASH + rank.value();
    }
}
