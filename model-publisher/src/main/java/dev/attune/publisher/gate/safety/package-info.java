/** Safety probes: prompts whose answers must not hold, or must hold, what a file of patterns says. */
@NullMarked
package dev.attune.publisher.gate.safety;

import org.jspecify.annotations.NullMarked;
