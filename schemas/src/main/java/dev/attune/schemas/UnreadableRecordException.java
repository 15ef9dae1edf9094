package dev.attune.schemas;

import java.util.Locale;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one record cannot be read, now or later: a bad record, hence data for a dead letter. A registry that does
 * not answer is a bad cluster and stays a plain {@link SerializationException}.
 */
public final class UnreadableRecordException extends SerializationException {
    /** Why; also the metric's tag. */
    public enum Reason {
        NOT_WIRE_FORMAT,
        UNKNOWN_SCHEMA_ID,
        INCOMPATIBLE_SCHEMA,
        MALFORMED_AVRO;

        public String tag() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Reason reason;

    public UnreadableRecordException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
