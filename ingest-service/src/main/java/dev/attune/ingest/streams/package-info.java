/** What the Kafka Streams applications of this module share. */
@NullMarked
package dev.attune.ingest.streams;

import org.jspecify.annotations.NullMarked;
