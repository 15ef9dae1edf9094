/**
 * Takes checkpoints into serving: gates, store, delivery, proof, promotion. {@code Release} is the state machine, {@code
 * ReleaseProcess} walks one checkpoint through it, {@code Publisher} decides which.
 */
@NullMarked
package dev.attune.publisher;

import org.jspecify.annotations.NullMarked;
