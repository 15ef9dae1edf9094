package dev.attune.ingest.gateway.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.attune.events.CheckpointCommitted;
import dev.attune.events.FeedbackState;
import dev.attune.events.FeedbackStatus;
import dev.attune.events.ReleaseChanged;
import dev.attune.events.ReleaseState;
import dev.attune.events.StatusDeadLetter;
import dev.attune.events.StatusEvidence;
import dev.attune.events.StatusTraining;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class FeedbackAnswerTest {
    private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");

    private final Versions versions = new Versions();

    @Test
    void itHasAllFieldsInTheirOrder() throws JsonProcessingException {
        serve("v2", "v1");
        FeedbackStatus status = status(FeedbackState.TRAINED)
                .setPairs(List.of(new StatusEvidence("p", true, 1L, NOON)))
                .setActivePairs(1)
                .setTrainings(List.of(new StatusTraining("v1", "m", "owner", 1, NOON)))
                .setTrainedExamples(1)
                .build();

        assertThat(new ObjectMapper().writeValueAsString(FeedbackAnswer.of(status, versions)))
                .isEqualTo("{\"eventId\":\"e1\",\"state\":\"SERVED\",\"acceptedAt\":\"2026-11-01T11:59:00Z\","
                        + "\"turnId\":\"t1\",\"allowTraining\":true,\"pairs\":[{\"pairId\":\"p\",\"active\":true}],"
                        + "\"activePairs\":1,\"singles\":[],\"activeSingles\":0,\"trainedIn\":[{\"version\":\"v1\","
                        + "\"modelId\":\"m\",\"trainedAt\":\"2026-11-01T12:00:00Z\",\"examples\":1,"
                        + "\"servingState\":\"UNKNOWN\",\"servedIn\":\"v2\"}],\"trainedExamples\":1,"
                        + "\"deadLetter\":null,\"hint\":null,\"updatedAt\":\"2026-11-01T12:00:00Z\"}");
    }

    @Test
    void whatWasRetractedStaysSoThoughAVersionServesIt() {
        serve("v2", "v1");
        FeedbackStatus status = status(FeedbackState.RETRACTED)
                .setTrainings(List.of(new StatusTraining("v1", "m", "owner", 1, NOON)))
                .build();

        FeedbackAnswer answer = FeedbackAnswer.of(status, versions);

        assertThat(answer.state()).isEqualTo("RETRACTED");
        assertThat(answer.trainedIn())
                .singleElement()
                .satisfies(line -> assertThat(line.servedIn()).isEqualTo("v2"));
    }

    @Test
    void aVersionOfAnotherModelIsNotServed() {
        serve("v2", "v1");
        FeedbackStatus status = status(FeedbackState.TRAINED)
                .setTrainings(List.of(new StatusTraining("v1", "another", "owner", 1, NOON)))
                .build();

        assertThat(FeedbackAnswer.of(status, versions).state()).isEqualTo("TRAINED");
    }

    @Test
    void theNewestDeadLetterThatStandsIsTold() {
        FeedbackStatus status = status(FeedbackState.DEAD_LETTER)
                .setDeadLetters(List.of(
                        new StatusDeadLetter("d2", "completion_never_came", "came", "pairing.turn", true, NOON),
                        new StatusDeadLetter("d1", "too_many_votes", "full", "pairing.turn", false, NOON)))
                .build();

        assertThat(FeedbackAnswer.of(status, versions).deadLetter())
                .isEqualTo(new FeedbackAnswer.DeadLetterLine(
                        "too_many_votes", "full", "pairing.turn", "2026-11-01T12:00:00Z"));
    }

    @Test
    void whoHasNoPairIsToldWhereToAsk() {
        assertThat(FeedbackAnswer.of(status(FeedbackState.ACCEPTED).build(), versions)
                        .hint())
                .contains("GET /v1/turns/t1");
        assertThat(FeedbackAnswer.of(
                                status(FeedbackState.ACCEPTED)
                                        .setAllowTraining(false)
                                        .build(),
                                versions)
                        .hint())
                .contains("allowTraining");
        assertThat(FeedbackAnswer.of(status(FeedbackState.PAIRED).setTurnId("").build(), versions)
                        .acceptedAt())
                .isNull();
    }

    private void serve(String version, String parent) {
        versions.apply(CheckpointCommitted.newBuilder()
                .setEventId("c")
                .setTenant("owner")
                .setModelId("m")
                .setVersion(version)
                .setParent(parent)
                .build());
        versions.apply(ReleaseChanged.newBuilder()
                .setEventId("r")
                .setTenant("owner")
                .setModelId("m")
                .setVersion(version)
                .setState(ReleaseState.PROMOTED)
                .setOccurredAt(NOON)
                .build());
    }

    private static FeedbackStatus.Builder status(FeedbackState state) {
        return FeedbackStatus.newBuilder()
                .setEventId("s")
                .setTenant("demo")
                .setFeedbackEventId("e1")
                .setOccurredAt(NOON)
                .setReceivedAt(NOON.minusSeconds(60))
                .setTurnId("t1")
                .setUserId("u1-x")
                .setState(state);
    }
}
