package dev.attune.ingest.gateway.problem;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request that is refused. What it says goes to the client; it never repeats the client's texts. */
public final class Rejected extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final Duration DEFAULT_RETRY_AFTER = Duration.ofSeconds(1);

    private final Reason reason;
    private final transient List<FieldProblem> fields;
    private final @Nullable String eventId;
    private final Duration retryAfter;

    public Rejected(Reason reason, String detail) {
        this(reason, detail, List.of(), null, null, DEFAULT_RETRY_AFTER);
    }

    private Rejected(
            Reason reason,
            String detail,
            List<FieldProblem> fields,
            @Nullable String eventId,
            @Nullable Throwable cause,
            Duration retryAfter) {
        // Refusing is ordinary work: no stack trace.
        super(detail, cause, false, false);
        this.reason = reason;
        this.fields = fields;
        this.eventId = eventId;
        this.retryAfter = retryAfter;
    }

    /** A refusal of fields; its reason is the first field's. */
    public static Rejected of(List<FieldProblem> fields) {
        FieldProblem first = fields.getFirst();
        return new Rejected(
                first.reason(),
                first.pointer() + ": " + first.detail(),
                List.copyOf(fields),
                null,
                null,
                DEFAULT_RETRY_AFTER);
    }

    /** An event that may or may not have been stored. Sent again under its id it counts once. */
    public static Rejected unacknowledged(String eventId, String detail, @Nullable Throwable cause) {
        return new Rejected(Reason.KAFKA_UNAVAILABLE, detail, List.of(), eventId, cause, DEFAULT_RETRY_AFTER);
    }

    /** A refusal that is known to end, and when. */
    public static Rejected retryAfter(Reason reason, String detail, Duration retryAfter) {
        return new Rejected(reason, detail, List.of(), null, null, retryAfter);
    }

    /** In whole seconds, at least one: sooner nothing has changed. */
    public long retryAfterSeconds() {
        return Math.max(1, retryAfter.plusNanos(999_999_999).toSeconds());
    }

    public Reason reason() {
        return reason;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }

    public List<FieldProblem> fields() {
        return fields;
    }

    @Nullable
    public String eventId() {
        return eventId;
    }
}
