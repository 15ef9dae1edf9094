package dev.attune.quickstart.serving.api;

import org.jspecify.annotations.Nullable;

/** A request that is answered with an error, in the words and types that vLLM uses. */
final class ApiException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String type;
    private final @Nullable String field;

    private ApiException(int status, String type, @Nullable String field, String message) {
        super(message);
        this.status = status;
        this.type = type;
        this.field = field;
    }

    /** A field of the request has a value that cannot be used. */
    static ApiException badField(String field, String problem) {
        return new ApiException(400, "BadRequestError", field, problem);
    }

    static ApiException badRequest(String problem) {
        return new ApiException(400, "BadRequestError", null, problem);
    }

    /** What vLLM calls wrong names and paths of adapters. */
    static ApiException invalidUserInput(String field, String problem) {
        return new ApiException(400, "InvalidUserInput", field, problem);
    }

    static ApiException notFound(@Nullable String field, String problem) {
        return new ApiException(404, "NotFoundError", field, problem);
    }

    static ApiException tooLarge(String problem) {
        return new ApiException(413, "BadRequestError", null, problem);
    }

    static ApiException unavailable(@Nullable String problem) {
        return new ApiException(503, "ServiceUnavailableError", null, String.valueOf(problem));
    }

    static ApiException internal(@Nullable String problem) {
        return new ApiException(500, "InternalServerError", null, String.valueOf(problem));
    }

    int status() {
        return status;
    }

    String type() {
        return type;
    }

    /** The field that is wrong, where it is one. */
    @Nullable
    String field() {
        return field;
    }
}
