package dev.attune.ingest.gateway.access;

/**
 * What a feedback token allows: feedback of one user on one completion, and nothing else.
 *
 * @param userPseudonym the user as records name them
 * @param modelId the completion's model family
 */
public record FeedbackGrant(String turnId, String completionId, String userPseudonym, String modelId) {}
