package dev.attune.ingest.pairing.rules;

import java.time.Instant;
import java.util.List;

/**
 * One feedback event on a turn.
 *
 * @param eventId the same however often it is sent
 * @param bodyDigest of what the event says, without its times: the same id with another digest is another event in disguise
 * @param userId pseudonym
 * @param occurredAt orders the opinions of a user, ties broken by event id
 * @param receivedAt decides expiry
 * @param answers the completions that came with it, if it is self-contained
 * @param allowTraining false: counted, never trained on
 */
public record Feedback(
        String eventId,
        long bodyDigest,
        String userId,
        Instant occurredAt,
        Instant receivedAt,
        boolean allowTraining,
        List<ServedAnswer> answers,
        Judgement judgement,
        Source source) {}
