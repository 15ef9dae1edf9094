package dev.attune.ingest.gateway.access;

import dev.attune.events.Message;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A tenant that proved who it is. */
public record Tenant(String id, KeyedHash hash) {

    public static Tenant of(TenantSettings settings) {
        return new Tenant(settings.id(), new KeyedHash(settings.secret()));
    }

    /** What stands for a user in every record: without the tenant's secret nobody finds the user again by guessing. */
    public String pseudonym(String userId) {
        return "u1-" + hash.of("attune/user/v1", userId.getBytes(StandardCharsets.UTF_8));
    }

    public String promptId(List<Message> messages) {
        return PromptId.of(hash, messages);
    }
}
