/**
 * {@code ./attune bench gateway}: what the gateway takes over HTTP, beside a bare producer of the same records, a handler that
 * only produces, and the gateway without Kafka.
 */
@NullMarked
package dev.attune.quickstart.bench.gateway;

import org.jspecify.annotations.NullMarked;
