package dev.attune.trainer.batch;

import dev.attune.schemas.UnreadableRecordException;
import dev.attune.trainer.guard.SkipReason;
import java.util.Locale;

/** Why the trainer sets a record aside; also the metric's tag. */
public enum DeadLetterReason {
    NOT_WIRE_FORMAT,
    UNKNOWN_SCHEMA_ID,
    INCOMPATIBLE_SCHEMA,
    MALFORMED_AVRO,
    /** An id, the strength or the status cannot be right. */
    MALFORMED_RECORD,
    /** The texts are sealed and this trainer has no key. */
    SEALED_TEXT,
    EMPTY_PROMPT,
    /** The tokenizer or chat template refuses it. */
    UNENCODABLE,
    /** Its answers were served longer ago than the ledger remembers: nobody knows whether it was trained. */
    TOO_OLD,
    /** The step with this record had a loss or gradient that is not a number. */
    NOT_FINITE,
    /** The step with this record had too large a gradient. */
    GRADIENT_NORM,
    /** In the step with this record the policy was too far from the frozen anchor. */
    STEP_KL;

    static DeadLetterReason of(UnreadableRecordException.Reason reason) {
        return switch (reason) {
            case NOT_WIRE_FORMAT -> NOT_WIRE_FORMAT;
            case UNKNOWN_SCHEMA_ID -> UNKNOWN_SCHEMA_ID;
            case INCOMPATIBLE_SCHEMA -> INCOMPATIBLE_SCHEMA;
            case MALFORMED_AVRO -> MALFORMED_AVRO;
        };
    }

    public static DeadLetterReason of(SkipReason reason) {
        return switch (reason) {
            case NOT_FINITE -> NOT_FINITE;
            case GRADIENT_NORM -> GRADIENT_NORM;
            case STEP_KL -> STEP_KL;
        };
    }

    public String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
