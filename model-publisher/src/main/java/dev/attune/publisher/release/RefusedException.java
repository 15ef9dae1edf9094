package dev.attune.publisher.release;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A candidate did not pass; the release ends as REJECTED. Anything that is not the candidate's fault is another exception. */
public final class RefusedException extends Exception {

    private final RejectReason reason;
    private final transient Map<String, Double> measurements;

    public RefusedException(RejectReason reason, String detail) {
        this(reason, detail, Map.of(), null);
    }

    /**
     * @param detail a sentence with place and figures
     * @param measurements what was measured, by name
     */
    public RefusedException(
            RejectReason reason, String detail, Map<String, Double> measurements, @Nullable Throwable cause) {
        super(detail, cause);
        this.reason = reason;
        this.measurements = Map.copyOf(measurements);
    }

    public RejectReason reason() {
        return reason;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }

    public Map<String, Double> measurements() {
        return measurements;
    }
}
