package dev.attune.ingest.gateway.access;

/** What a caller proved itself with. */
public sealed interface Credential {

    /**
     * A key that stands for a tenant's own server.
     *
     * @param keyId its public half; {@code inline} for a key of the configuration
     */
    record ApiKey(String keyId) implements Credential {
        public static final String INLINE = "inline";
    }

    /** A token that an OpenID provider signed. */
    record Jwt(String issuer) implements Credential {}

    /** A token that this gateway signed, for the feedback of one user on one completion. */
    record FeedbackToken(FeedbackGrant grant) implements Credential {}
}
