/**
 * llama.cpp called through its C API with Java's foreign function interface. The native library is the one inside {@code
 * de.kherud:llama:4.1.0} (llama.cpp build 4916); the jar's own Java classes are not used, because they cannot give the
 * log-probabilities of a prompt and leak memory with every load.
 *
 * <p>llama.cpp answers many kinds of misuse with {@code abort()}, which ends the JVM. Every call here is checked in Java before it
 * is made.
 */
@NullMarked
package dev.attune.quickstart.serving.llamacpp;

import org.jspecify.annotations.NullMarked;
