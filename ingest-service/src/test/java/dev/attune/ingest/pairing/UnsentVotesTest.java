package dev.attune.ingest.pairing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.ingest.pairing.UnsentVotes.OfTurn;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;

class UnsentVotesTest {
    private final UnsentVotes unsent = new UnsentVotes();

    @Test
    void whatChangedOfATurnIsTakenOnceByItsNewestCause() {
        unsent.add(record("t1", 1), completions("b", "a"));
        unsent.add(record("t2", 2), completions("c"));
        unsent.add(record("t1", 3), completions("a"));

        assertThat(unsent.take())
                .containsExactly(
                        new OfTurn(record("t1", 3), completions("a", "b")),
                        new OfTurn(record("t2", 2), completions("c")));
        assertThat(unsent.take()).isEmpty();
    }

    @Test
    void aCompletionThatNobodyJudgedIsNoChangeOfVotes() {
        unsent.add(record("t1", 1), completions());

        assertThat(unsent.take()).isEmpty();
    }

    private static Record<String, String> record(String turnKey, long timestamp) {
        return new Record<>(turnKey, "event", timestamp);
    }

    private static SortedSet<String> completions(String... ids) {
        return new TreeSet<>(List.of(ids));
    }
}
