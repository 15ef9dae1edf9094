/** What the trainer tells Prometheus, under TRL's names where TRL has one. */
@NullMarked
package dev.attune.trainer.metrics;

import org.jspecify.annotations.NullMarked;
