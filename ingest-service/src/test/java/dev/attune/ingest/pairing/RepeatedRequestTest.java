package dev.attune.ingest.pairing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.events.FeedbackGiven;
import dev.attune.ingest.gateway.access.Caller;
import dev.attune.ingest.gateway.access.Scope;
import dev.attune.ingest.gateway.access.Tenant;
import dev.attune.ingest.gateway.access.TenantSettings;
import dev.attune.ingest.gateway.event.Arrival;
import dev.attune.ingest.gateway.event.FeedbackReader;
import dev.attune.ingest.gateway.event.Json;
import dev.attune.ingest.gateway.event.JsonFields;
import dev.attune.ingest.gateway.privacy.Redactor;
import dev.attune.ingest.pairing.FeedbackReading.Reading;
import dev.attune.ingest.pairing.rules.Feedback;
import dev.attune.ingest.pairing.rules.Source;
import dev.attune.ingest.pairing.rules.Turn;
import dev.attune.ingest.pairing.rules.TurnLimits;
import dev.attune.ingest.pairing.rules.TurnMemory;
import dev.attune.ingest.pairing.rules.TurnOutcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A request that is sent again, at another time and to another gateway, has no second effect. */
class RepeatedRequestTest {
    private static final TurnLimits LIMITS = new TurnLimits(4, 2, 3, Duration.ofMinutes(10), Duration.ofDays(30));
    private static final Instant FIRST = Instant.parse("2026-11-20T09:00:00Z");

    @Test
    void itIsADuplicateAlthoughItsTimesDiffer() {
        Turn turn = new Turn(LIMITS, new TurnMemory());

        TurnOutcome first = turn.feedback(request("up", FIRST));
        TurnOutcome second = turn.feedback(request("up", FIRST.plusSeconds(90)));

        assertThat(first).isInstanceOf(TurnOutcome.Changed.class);
        assertThat(second).isInstanceOf(TurnOutcome.Duplicate.class);
    }

    @Test
    void anotherRequestUnderItsKeyIsRefused() {
        Turn turn = new Turn(LIMITS, new TurnMemory());

        turn.feedback(request("up", FIRST));
        TurnOutcome second = turn.feedback(request("down", FIRST.plusSeconds(90)));

        assertThat(second).isInstanceOf(TurnOutcome.Refused.class);
    }

    private static Feedback request(String thumb, Instant receivedAt) {
        // A gateway of its own: nothing is remembered from one request to the next
        Tenant tenant = Tenant.of(new TenantSettings("demo", List.of(), "a secret of 32 characters and more"));
        String body = "{\"kind\": \"thumb\", \"userId\": \"jane\", \"completionId\": \"c1\", \"thumb\": \"" + thumb
                + "\", \"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}],"
                + " \"completions\": [{\"completionId\": \"c1\", \"text\": \"Hello\"}]}";
        JsonFields fields = JsonFields.of(Json.object(body.getBytes(StandardCharsets.UTF_8)), 1000);
        FeedbackGiven given = new FeedbackReader("support", new Redactor(_ -> {}))
                .read(fields, new Caller(tenant, Set.of(Scope.WRITE_FEEDBACK)), new Arrival(receivedAt, "click-17"))
                .value();
        return ((Reading.Usable) FeedbackReading.read(given, new Source(0, 0))).feedback();
    }
}
