/** One training step: policy, reference, loss and optimizer together. Knows no Kafka. */
@NullMarked
package dev.attune.trainer.learner;

import org.jspecify.annotations.NullMarked;
