/** Full weights for servers without LoRA: a base with an adapter merged into it, streamed from file to file. */
@NullMarked
package dev.attune.publisher.merge;

import org.jspecify.annotations.NullMarked;
