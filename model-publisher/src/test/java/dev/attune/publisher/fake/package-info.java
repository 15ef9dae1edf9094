/** Servers that behave as badly as the real ones, on request, and the files that trainers leave. */
@NullMarked
package dev.attune.publisher.fake;

import org.jspecify.annotations.NullMarked;
