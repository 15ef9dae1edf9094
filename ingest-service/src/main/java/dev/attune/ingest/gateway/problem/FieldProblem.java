package dev.attune.ingest.gateway.problem;

/**
 * One field that cannot be used.
 *
 * @param reason UNKNOWN_FIELD, MISSING_FIELD or INVALID_FIELD
 * @param pointer the field as a JSON pointer (RFC 6901)
 * @param detail what is wrong and what would be right
 */
public record FieldProblem(Reason reason, String pointer, String detail) {}
