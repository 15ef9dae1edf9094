package dev.attune.ingest.gateway.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A problem document (RFC 9457).
 *
 * @param type names the kind of problem for machines
 * @param title the same in words
 * @param detail what is wrong with this request and what would be right
 * @param reason the metric's tag
 * @param errors the fields that are wrong, each by its JSON pointer
 * @param eventId the id under which the event should be sent again
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Problem(
        String type,
        String title,
        int status,
        String detail,
        String reason,
        List<FieldError> errors,
        @Nullable String eventId) {

    public static final String MEDIA_TYPE = "application/problem+json";

    public record FieldError(String pointer, String detail) {}

    public static Problem of(Rejected rejected) {
        Reason reason = rejected.reason();
        List<FieldError> errors = rejected.fields().stream()
                .map(field -> new FieldError(field.pointer(), field.detail()))
                .toList();
        return new Problem(
                "urn:attune:problem:" + reason.tag().replace('_', '-'),
                reason.title(),
                reason.status(),
                rejected.detail(),
                reason.tag(),
                errors,
                rejected.eventId());
    }
}
