package dev.attune.publisher.desk;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** Why a request was not done, as RFC 9457 writes it. */
final class ApiProblem extends RuntimeException {

    static final String MEDIA_TYPE = "application/problem+json";

    /** What is wrong. */
    enum Reason {
        UNAUTHENTICATED(401, "The API key is missing or wrong"),
        NOT_FOUND(404, "Nothing is known of it"),
        NOT_IN_THAT_STATE(409, "It is in no state for that"),
        MALFORMED(400, "The request cannot be read");

        private final int status;
        private final String title;

        Reason(int status, String title) {
            this.status = status;
            this.title = title;
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

    ApiProblem(Reason reason, String detail) {
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
        String tag = reason.name().toLowerCase(Locale.ROOT);
        return new Document(
                "urn:attune:problem:" + tag.replace('_', '-'),
                reason.title,
                reason.status,
                String.valueOf(getMessage()),
                tag);
    }
}
