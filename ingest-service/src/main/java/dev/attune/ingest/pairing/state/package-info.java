/**
 * What pairing keeps between two events: the formats of its stores, and what of them stays decoded in memory
 * ({@code ObjectCache}, {@code WriteBehindStore}).
 *
 * <p>Values are Avro single objects: two marker bytes, the fingerprint of the schema they were written with, Avro binary.
 * They need no registry (whose serdes would register a subject for every changelog), and a store that an earlier release
 * wrote can be read because the earlier schemas are kept among the resources ({@code StateHistory}).
 */
@NullMarked
package dev.attune.ingest.pairing.state;

import org.jspecify.annotations.NullMarked;
