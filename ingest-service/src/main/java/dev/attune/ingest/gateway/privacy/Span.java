package dev.attune.ingest.gateway.privacy;

/** A find: the characters from {@code start} up to {@code end}. */
record Span(Kind kind, int start, int end) {}
