package dev.attune.trainer.journal;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.attune.trainer.batch.BatchTrigger;
import dev.attune.trainer.batch.PendingExamples;
import dev.attune.trainer.release.PromotedRelease;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Something that the trainer was about to do and that time or chance had decided, so that doing it again needs the journal.
 *
 * <p>To add a kind: a record here and its name in {@link JsonSubTypes}; what it does
 * again in the replay's switch, which the compiler asks for; and {@link JournalHeader#FORMAT} raised by one, so that an older
 * trainer sets the journal aside rather than leaving something out. An entry is appended before its deed. What follows from
 * the state before it needs no entry: pairs from the replay buffer are drawn by the step's number, and a reference is
 * refreshed by it or with a checkpoint. What does not (a deed at an hour) does. A new component of {@link Batch}
 * raises the format too.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = JournalEntry.Batch.class, name = "batch"),
    @JsonSubTypes.Type(value = JournalEntry.Checkpoint.class, name = "checkpoint"),
    @JsonSubTypes.Type(value = JournalEntry.Release.class, name = "release")
})
public sealed interface JournalEntry {

    /**
     * A checkpoint that was about to be taken. The journal begins anew with it, so that nothing comes after this: what was
     * not finished is taken again, before the next batch. It matters where a reference is refreshed with it, and its time was
     * the clock's.
     *
     * @param step number of the last step
     * @param positions next offset to read, by partition
     */
    record Checkpoint(long step, SortedMap<Integer, Long> positions) implements JournalEntry {

        public Checkpoint {
            positions = Collections.unmodifiableSortedMap(new TreeMap<>(positions));
        }

        public static Checkpoint of(long step, Map<Integer, Long> positions) {
            return new Checkpoint(step, new TreeMap<>(positions));
        }
    }

    /**
     * A release that the reference was about to follow: when the topic said so, or that it said so at all, may be otherwise
     * the next time.
     *
     * @param step number of the last step before it
     * @param release names the checkpoint, and what was in it
     */
    record Release(long step, PromotedRelease release) implements JournalEntry {}

    /**
     * A batch that was about to be trained. What became of it is not said: applied, skipped or halted, it follows from the
     * state before it.
     *
     * @param step number of the step if it is applied
     * @param trigger why it was taken then
     * @param positions next offset to read, by partition: everything before it had been read, nothing after it
     * @param pairs of the batch, in the order in which they are trained
     * @param heldOut pairs that were set aside on the way, never to be trained
     */
    record Batch(
            long step,
            BatchTrigger trigger,
            SortedMap<Integer, Long> positions,
            List<JournalledExample> pairs,
            List<JournalledExample> heldOut)
            implements JournalEntry {

        public Batch {
            positions = Collections.unmodifiableSortedMap(new TreeMap<>(positions));
            pairs = List.copyOf(pairs);
            heldOut = List.copyOf(heldOut);
        }

        public static Batch of(
                long step, BatchTrigger trigger, Map<Integer, Long> positions, PendingExamples.Taken taken) {
            return new Batch(
                    step,
                    trigger,
                    new TreeMap<>(positions),
                    taken.batch().stream().map(JournalledExample::of).toList(),
                    taken.heldOut().stream().map(JournalledExample::of).toList());
        }
    }
}
