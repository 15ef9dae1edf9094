package dev.attune.trainer.batch;

import java.time.Instant;
import java.util.List;

/**
 * The ledger as format 1 had it: a header, then {@code revision directions tenant/pairId} a line. It does not say how old a
 * pair is: all of them are remembered for ever.
 */
public final class TextLedger {
    private static final String HEADER = "attune-trained-pairs 1";

    private TextLedger() {}

    /** @throws IllegalArgumentException naming the line that is wrong */
    public static TrainedExamples parse(List<String> lines) {
        if (lines.isEmpty() || !lines.getFirst().equals(HEADER)) {
            throw new IllegalArgumentException("line 1: must be '" + HEADER + "'");
        }
        TrainedExamples ledger = new TrainedExamples();
        for (int i = 1; i < lines.size(); i++) {
            String[] fields = lines.get(i).split(" ", 3);
            try {
                ExampleKey key = ExampleKey.parse(fields[2]);
                long revision = Long.parseLong(fields[0]);
                ledger.settled(key, revision, Instant.EPOCH);
                for (Direction direction : Direction.values()) {
                    if (fields[1].indexOf(direction.symbol()) >= 0) {
                        ledger.trained(key, revision, direction, Instant.EPOCH);
                    }
                }
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                throw new IllegalArgumentException(
                        "line " + (i + 1) + ": must be 'revision directions tenant/pairId'", e);
            }
        }
        return ledger;
    }
}
