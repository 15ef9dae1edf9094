package dev.attune.ingest.gateway.event;

import dev.attune.ingest.gateway.access.Caller;
import dev.attune.ingest.gateway.access.FeedbackGrant;
import dev.attune.ingest.gateway.access.FeedbackTokens.Outcome;
import dev.attune.ingest.gateway.access.Tenant;
import dev.attune.ingest.gateway.problem.Reason;
import dev.attune.ingest.gateway.problem.Rejected;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who gives feedback on what: as the body says, where a tenant's own server sends it; as the feedback token says, where a
 * browser does. A body may repeat what the token says, and is refused when it says otherwise.
 */
final class Speaker {
    private final JsonFields fields;
    private final Tenant tenant;
    private final @Nullable FeedbackGrant grant;
    private final Instant now;

    Speaker(JsonFields fields, Caller caller, Instant now) {
        this.fields = fields;
        this.tenant = caller.tenant();
        this.grant = caller.grant().orElse(null);
        this.now = now;
    }

    @Nullable
    String turnId() {
        return grant == null ? fields.optionalId("turnId") : granted("turnId", grant.turnId());
    }

    @Nullable
    String modelId() {
        return grant == null ? fields.optionalId("modelId") : granted("modelId", grant.modelId());
    }

    /** The user's pseudonym. */
    String user() {
        if (grant == null) {
            return tenant.pseudonym(fields.user("userId"));
        }
        String said = fields.optionalUser("userId");
        if (said != null && !tenant.pseudonym(said).equals(grant.userPseudonym())) {
            throw otherwise("userId");
        }
        return grant.userPseudonym();
    }

    String completionId() {
        return grant == null ? fields.id("completionId") : granted("completionId", grant.completionId());
    }

    /** A pick is about two completions: a browser shows that both were shown to its user. */
    void requireBoth(String chosen, String rejected) {
        if (grant == null) {
            return;
        }
        String token = fields.optionalText("otherToken", "");
        Outcome other = tenant.feedbackTokens()
                .<Outcome>map(tokens -> tokens.verify(token, now))
                .orElseGet(Outcome.Forged::new);
        boolean both = other instanceof Outcome.Valid(FeedbackGrant second)
                && second.turnId().equals(grant.turnId())
                && second.userPseudonym().equals(grant.userPseudonym())
                && !second.completionId().equals(grant.completionId())
                && Set.of(grant.completionId(), second.completionId()).equals(pair(chosen, rejected));
        if (!both) {
            throw new Rejected(
                    Reason.FORBIDDEN,
                    "a pick with a feedback token needs the valid token of the other completion as otherToken, of the same"
                            + " turn and user");
        }
    }

    /** Texts that were never logged could be anybody's: a browser brings none. */
    void refuseTexts() {
        if (grant != null) {
            for (String name : new String[] {"messages", "completions"}) {
                if (!fields.optionalObjects(name, Messages.MOST).isEmpty()) {
                    throw new Rejected(
                            Reason.FORBIDDEN,
                            "a feedback token does not allow " + name + ": the product's server logs what was shown");
                }
            }
        }
    }

    private static Set<String> pair(String one, String other) {
        return one.equals(other) ? Set.of(one) : Set.of(one, other);
    }

    private String granted(String name, String value) {
        String said = fields.optionalId(name);
        if (said != null && !said.equals(value)) {
            throw otherwise(name);
        }
        return value;
    }

    private static Rejected otherwise(String name) {
        return new Rejected(Reason.FORBIDDEN, "the feedback token is for another " + name + ": leave the field out");
    }
}
