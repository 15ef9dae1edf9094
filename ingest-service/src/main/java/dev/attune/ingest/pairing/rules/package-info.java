/**
 * The rules of pairing: events in, decisions out. Plain Java; nothing here knows Kafka, Avro or a metrics library, so
 * that every rule can be tried in a test with a handful of values.
 *
 * <p>{@link dev.attune.ingest.pairing.rules.Turn} resolves votes, {@link dev.attune.ingest.pairing.rules.PairAssembler}
 * decides which answers beat which, {@link dev.attune.ingest.pairing.rules.PromptStage} says what changed.
 */
@NullMarked
package dev.attune.ingest.pairing.rules;

import org.jspecify.annotations.NullMarked;
