/**
 * What travels from trainer to publisher to serving: safetensors files, PEFT adapters, checkpoint directories and their
 * content digests. No engine, no Kafka: every process may read it.
 */
@NullMarked
package dev.attune.artifacts;

import org.jspecify.annotations.NullMarked;
