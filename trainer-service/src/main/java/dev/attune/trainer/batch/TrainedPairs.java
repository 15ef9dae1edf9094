package dev.attune.trainer.batch;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The ledger: which pairs were trained, in which directions. It is what makes training happen at most once for each
 * direction, and travels in every checkpoint.
 *
 * <p>It also knows up to which revision each pair is settled: when a checkpoint's input is read again, a revision that was
 * replaced before training must not come back to life.
 */
public final class TrainedPairs {
    private static final String HEADER = "attune-trained-pairs 1";

    private final Map<PairKey, Entry> entries = new TreeMap<>();

    private record Entry(long revision, Set<Direction> directions) {}

    /** True where this revision, or a newer one, was trained, set aside, or found to be trained before. */
    public boolean isSettled(PairKey key, long revision) {
        Entry entry = entries.get(key);
        return entry != null && revision <= entry.revision();
    }

    public boolean isTrained(PairKey key, Direction direction) {
        Entry entry = entries.get(key);
        return entry != null && entry.directions().contains(direction);
    }

    public boolean isKnown(PairKey key) {
        return entries.containsKey(key);
    }

    /** Pairs that were trained or set aside. */
    public int size() {
        return entries.size();
    }

    public void trained(PendingPair pair) {
        settle(pair.key(), pair.revision(), pair.direction());
    }

    /** This revision needs no training, though it was not trained; a newer one may. */
    public void settled(PairKey key, long revision) {
        settle(key, revision, null);
    }

    private void settle(PairKey key, long revision, @Nullable Direction trained) {
        Entry before = entries.get(key);
        Set<Direction> directions = before == null ? EnumSet.noneOf(Direction.class) : before.directions();
        if (trained != null) {
            directions.add(trained);
        }
        entries.put(key, new Entry(before == null ? revision : Math.max(revision, before.revision()), directions));
    }

    /** The file: a header, then {@code revision directions tenant/pairId} a line, sorted by pair. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>(entries.size() + 1);
        lines.add(HEADER);
        entries.forEach((key, entry) -> {
            StringBuilder directions = new StringBuilder();
            entry.directions().forEach(direction -> directions.append(direction.symbol()));
            lines.add(entry.revision() + " " + (directions.isEmpty() ? "." : directions) + " " + key);
        });
        return lines;
    }

    /**
     * Reads {@link #lines()}.
     *
     * @throws IllegalArgumentException naming the line that is wrong
     */
    public static TrainedPairs parse(List<String> lines) {
        if (lines.isEmpty() || !lines.getFirst().equals(HEADER)) {
            throw new IllegalArgumentException("line 1: must be '" + HEADER + "'");
        }
        TrainedPairs ledger = new TrainedPairs();
        for (int i = 1; i < lines.size(); i++) {
            String[] fields = lines.get(i).split(" ", 3);
            try {
                ledger.entries.put(
                        PairKey.parse(fields[2]), new Entry(Long.parseLong(fields[0]), directions(fields[1])));
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                throw new IllegalArgumentException(
                        "line " + (i + 1) + ": must be 'revision directions tenant/pairId'", e);
            }
        }
        return ledger;
    }

    private static Set<Direction> directions(String symbols) {
        Set<Direction> directions = EnumSet.noneOf(Direction.class);
        for (Direction direction : Direction.values()) {
            if (symbols.indexOf(direction.symbol()) >= 0) {
                directions.add(direction);
            }
        }
        return directions;
    }
}
