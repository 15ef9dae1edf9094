package dev.attune.ingest.gateway.problem;

import java.util.Locale;

/** Why a request was refused. The lower-case name is the problem document's {@code reason} and the metric's tag. */
public enum Reason {
    UNAUTHENTICATED(401, "The credential is missing or not valid"),
    FORBIDDEN(403, "The credential does not allow this"),
    REQUEST_TOO_SLOW(408, "The request did not arrive in time"),
    NOT_FOUND(404, "There is nothing at this path"),
    EVENT_NOT_FOUND(404, "Nothing is known of this event"),
    STATUS_OFF(404, "This gateway does not keep what became of events"),
    METHOD_NOT_ALLOWED(405, "This path takes another method"),
    BODY_TOO_LARGE(413, "The request is too large"),
    URI_TOO_LONG(414, "The first line of the request is too long"),
    HEADERS_TOO_LARGE(431, "The headers are too large"),
    MALFORMED_REQUEST(400, "This is not HTTP/1.1"),
    UNSUPPORTED_MEDIA_TYPE(415, "The content type is not application/json"),
    INVALID_HEADER(422, "A header has an unusable value"),
    INCOMPLETE_BODY(400, "The body was broken off"),
    INVALID_UTF8(400, "The body is not UTF-8"),
    MALFORMED_JSON(400, "The body is not one JSON object"),
    UNKNOWN_FIELD(422, "The event has a field that is not known"),
    MISSING_FIELD(422, "The event lacks a field"),
    INVALID_FIELD(422, "The event has a field with an unusable value"),
    RATE_LIMITED(429, "Too many events in a time"),
    TOO_MUCH_IN_FLIGHT(429, "Too much is waiting to be stored"),
    TOO_MANY_CONNECTIONS(503, "Too many connections are open"),
    TOO_MANY_REQUESTS(503, "Too many requests are under way"),
    KAFKA_UNAVAILABLE(503, "The event could not be stored in time"),
    ISSUER_UNAVAILABLE(503, "The token cannot be verified now"),
    STATUS_NOT_READY(503, "What became of events is still being read"),
    NOT_READY(503, "The gateway is not ready yet"),
    INTERNAL(500, "The gateway failed");

    private final int status;
    private final String title;

    Reason(int status, String title) {
        this.status = status;
        this.title = title;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The problem document's title: the same for every occurrence. */
    public String title() {
        return title;
    }

    public String tag() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** True where the same request may succeed a little later. */
    public boolean isTemporary() {
        return status == 429 || status == 503;
    }
}
