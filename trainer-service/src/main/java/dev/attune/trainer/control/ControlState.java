package dev.attune.trainer.control;

import dev.attune.events.TrainerControl;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What holds, by the records read so far: the newest of each key. */
public final class ControlState {
    private final Map<String, String> approvals = new TreeMap<>();
    private @Nullable Halt halt;
    private @Nullable GoOnFrom goOnFrom;
    private @Nullable Instant resumedAt;

    /**
     * A person's choice of another checkpoint than the newest.
     *
     * @param version the checkpoint to go on from
     * @param newest the newest one when it was said; the choice holds while it still is
     */
    public record GoOnFrom(String version, String newest) {}

    void apply(TrainerControl record) {
        switch (record.getCommand()) {
            case HALT -> {
                halt = new Halt(record.getReason(), record.getDetail(), record.getBy(), record.getOccurredAt());
            }
            case RUN -> {
                halt = null;
                resumedAt = record.getOccurredAt();
                String version = record.getVersion();
                String newest = record.getNewestVersion();
                goOnFrom = version == null || newest == null ? null : new GoOnFrom(version, newest);
            }
            case APPROVE -> {
                if (record.getVersion() != null) {
                    approvals.put(record.getVersion(), record.getBy());
                }
            }
            case UNKNOWN -> throw new IllegalArgumentException("a command that this trainer does not know");
        }
    }

    /** As if the record had been read, which it will be. */
    void apply(Halt said) {
        halt = said;
    }

    public Optional<Halt> halt() {
        return Optional.ofNullable(halt);
    }

    public Optional<GoOnFrom> goOnFrom() {
        return Optional.ofNullable(goOnFrom);
    }

    /** When a person last let the trainer go on. */
    public Optional<Instant> resumedAt() {
        return Optional.ofNullable(resumedAt);
    }

    /** Who approved, by version. */
    public Map<String, String> approvals() {
        return Map.copyOf(approvals);
    }
}
