package dev.attune.ingest.gateway.access;

import dev.attune.ingest.gateway.privacy.RedactionSettings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * A tenant that proved who it is, and the ids that follow from what it sent.
 *
 * @param redaction what of its texts is never stored
 * @param feedbackTokens what signs the tokens of its browsers; nothing where it gives none
 * @param allowedOrigins the web origins whose pages may read answers to its credentials
 */
public record Tenant(
        String id,
        KeyedHash hash,
        RedactionSettings redaction,
        Optional<FeedbackTokens> feedbackTokens,
        Set<String> allowedOrigins,
        RateSettings rates) {

    private static final long VERSION_8 = 0x8000L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;

    public static Tenant of(TenantSettings settings) {
        return new Tenant(
                settings.id(),
                new KeyedHash(settings.secret()),
                settings.redaction(),
                settings.feedbackTokens().enabled()
                        ? Optional.of(new FeedbackTokens(settings.id(), settings.secret(), settings.feedbackTokens()))
                        : Optional.empty(),
                Set.copyOf(settings.allowedOrigins()),
                settings.rates());
    }

    /** What stands for a user in every record: without the tenant's secret nobody finds the user again by guessing. */
    public String pseudonym(String userId) {
        return "u1-" + hash.of("attune/user/v1", utf8(userId));
    }

    public String promptId(List<SentMessage> messages) {
        return PromptId.of(hash, messages);
    }

    /**
     * The id of the event that came with an {@code Idempotency-Key}: a UUID of version 8 (RFC 9562).
     *
     * @param kind what is sent: the same key on two routes is two events
     */
    public String eventId(String kind, String idempotencyKey) {
        ByteBuffer bytes = ByteBuffer.wrap(hash.bytes("attune/event/v1", utf8(kind + "\0" + idempotencyKey)));
        long high = (bytes.getLong() & ~0xF000L) | VERSION_8;
        long low = (bytes.getLong() & ~0xC000_0000_0000_0000L) | VARIANT;
        return new UUID(high, low).toString();
    }

    /**
     * The turn of an event that names none.
     *
     * @param asker whoever asked: the user's pseudonym, or where nobody knows the user something that sets it apart
     */
    public String turnId(String promptId, String asker) {
        return "t1-" + hash.of("attune/turn/v1", utf8(promptId + "\0" + asker));
    }

    /** The id of a completion that has none of its own. */
    public String completionId(String eventId) {
        return "c1-" + hash.of("attune/completion/v1", utf8(eventId));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
