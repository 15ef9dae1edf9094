/** What the gateway counts. */
@NullMarked
package dev.attune.ingest.gateway.metrics;

import org.jspecify.annotations.NullMarked;
