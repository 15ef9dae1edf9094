/** Calls to servers that may be slow, away, or answer nonsense: timeouts, size limits, retries with an end. */
@NullMarked
package dev.attune.publisher.http;

import org.jspecify.annotations.NullMarked;
