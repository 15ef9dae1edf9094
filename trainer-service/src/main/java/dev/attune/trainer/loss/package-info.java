/** Preference losses as pure functions of log-probabilities. */
@NullMarked
package dev.attune.trainer.loss;

import org.jspecify.annotations.NullMarked;
