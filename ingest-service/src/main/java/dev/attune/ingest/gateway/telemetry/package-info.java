/** OpenTelemetry: traces that go on through the gateway, and feedback as evaluations. Never a text, never a user. */
@NullMarked
package dev.attune.ingest.gateway.telemetry;

import org.jspecify.annotations.NullMarked;
