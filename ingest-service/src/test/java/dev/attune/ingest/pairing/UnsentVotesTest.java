package dev.attune.ingest.pairing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.ingest.pairing.UnsentVotes.OfTurn;
import dev.attune.ingest.pairing.rules.TurnOutcome.Changed;
import dev.attune.ingest.pairing.rules.TurnOutcome.EditedText;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;

class UnsentVotesTest {
    private final UnsentVotes unsent = new UnsentVotes();

    @Test
    void whatChangedOfATurnIsTakenOnceByItsNewestCause() {
        EditedText edit = new EditedText("a-by-ann", "a");
        Record<String, String> newest = record("t1", 3);
        unsent.add(record("t1", 1), changed(List.of("b", "a"), List.of(edit)));
        unsent.add(record("t2", 2), changed(List.of("c"), List.of()));
        unsent.add(newest, changed(List.of("a"), List.of(edit)));

        assertThat(unsent.take())
                .containsExactly(
                        new OfTurn(newest, new TreeSet<>(Set.of("a", "b")), Set.of(edit)),
                        new OfTurn(record("t2", 2), new TreeSet<>(Set.of("c")), Set.of()));
        assertThat(unsent.take()).isEmpty();
    }

    @Test
    void aCompletionThatNobodyJudgedIsNoChangeOfVotes() {
        unsent.add(record("t1", 1), changed(List.of(), List.of()));

        assertThat(unsent.take()).isEmpty();
    }

    private static Record<String, String> record(String turnKey, long timestamp) {
        return new Record<>(turnKey, "event", timestamp);
    }

    private static Changed changed(List<String> completionIds, List<EditedText> edits) {
        return new Changed(Set.of(), new TreeSet<>(completionIds), edits, List.of());
    }
}
