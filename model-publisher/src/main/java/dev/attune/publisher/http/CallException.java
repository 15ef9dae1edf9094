package dev.attune.publisher.http;

import org.jspecify.annotations.Nullable;

/** A call to a server did not bring what was asked for. The message names the server. */
public final class CallException extends Exception {

    /** Whose fault it is, and whether it may pass. */
    public enum Fault {
        /** No connection, no answer in time, overloaded, failing: another attempt may succeed. */
        UNAVAILABLE,
        /** The server understood and said no: another attempt would be answered alike. */
        REFUSED,
        /** The server answered something that its API does not allow. */
        NONSENSE
    }

    private final Fault fault;

    public CallException(Fault fault, String message) {
        this(fault, message, null);
    }

    public CallException(Fault fault, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.fault = fault;
    }

    public Fault fault() {
        return fault;
    }
}
