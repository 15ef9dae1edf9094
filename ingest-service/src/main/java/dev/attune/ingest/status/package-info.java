/** What became of each feedback event: a Kafka Streams application from everything that says so to {@code feedback-status}. */
@NullMarked
package dev.attune.ingest.status;

import org.jspecify.annotations.NullMarked;
