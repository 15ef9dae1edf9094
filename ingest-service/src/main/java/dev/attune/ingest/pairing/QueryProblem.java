package dev.attune.ingest.pairing;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** A question that gets no answer: becomes a problem document (RFC 9457), of the form that the gateway gives. */
final class QueryProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    static final String MEDIA_TYPE = "application/problem+json";

    /** Why. */
    enum Reason {
        UNAUTHENTICATED(401, "The API key is missing or not known"),
        NOT_FOUND(404, "Nothing is known of it"),
        NOT_HERE(503, "Another instance holds it, or is about to"),
        PEER_UNAVAILABLE(503, "The instance that holds it did not answer");

        private final int status;
        private final String title;

        Reason(int status, String title) {
            this.status = status;
            this.title = title;
        }

        String tag() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The document. */
    record Document(
            @JsonProperty String type,
            @JsonProperty String title,
            @JsonProperty int status,
            @JsonProperty String detail,
            @JsonProperty String reason) {}

    private final Reason reason;

    QueryProblem(Reason reason, String detail) {
        // Refusing is ordinary work: no stack trace.
        super(detail, null, false, false);
        this.reason = reason;
    }

    Reason reason() {
        return reason;
    }

    int status() {
        return reason.status;
    }

    Document document() {
        return new Document(
                "urn:attune:problem:" + reason.tag().replace('_', '-'),
                reason.title,
                reason.status,
                String.valueOf(getMessage()),
                reason.tag());
    }
}
