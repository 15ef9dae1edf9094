/** Makes the demo's model: corpus, tokenizer, training, and a model directory with its card. */
@NullMarked
package dev.attune.quickstart.pretrain;

import org.jspecify.annotations.NullMarked;
