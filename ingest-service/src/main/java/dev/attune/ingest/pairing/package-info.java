/**
 * The pairing application: a Kafka Streams topology in two stages, or three with budgets, that turns completions and
 * feedback into preference pairs. {@link dev.attune.ingest.pairing.PairingMain} runs it, {@link dev.attune.ingest.pairing.PairingTopology} draws
 * it, the rules are in {@code rules}, the formats of its stores in {@code state}.
 */
@NullMarked
package dev.attune.ingest.pairing;

import org.jspecify.annotations.NullMarked;
