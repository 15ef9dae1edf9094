/** Refusals: why, and how they are told (RFC 9457). */
@NullMarked
package dev.attune.ingest.gateway.problem;

import org.jspecify.annotations.NullMarked;
