package dev.attune.ingest.pairing.rules;

/** One prompt of one tenant. */
public record PromptKey(String tenant, String promptId) {}
