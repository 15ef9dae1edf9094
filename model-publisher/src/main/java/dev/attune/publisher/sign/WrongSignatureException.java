package dev.attune.publisher.sign;

import java.io.IOException;

/** An artifact's signature is missing or wrong: it must not be loaded. */
public final class WrongSignatureException extends IOException {

    private final boolean missing;

    WrongSignatureException(boolean missing, String message) {
        super(message);
        this.missing = missing;
    }

    WrongSignatureException(String message, Throwable cause) {
        super(message, cause);
        this.missing = false;
    }

    /** No trusted key signed it; else one did, and its signature does not hold. */
    public boolean isMissing() {
        return missing;
    }
}
