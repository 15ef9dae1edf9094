/** The HTTP gateway: completions and feedback in, acknowledged records in Kafka out. */
@NullMarked
package dev.attune.ingest.gateway;

import org.jspecify.annotations.NullMarked;
