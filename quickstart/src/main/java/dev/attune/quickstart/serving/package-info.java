/**
 * A small serving process: llama.cpp inside the JVM, behind the part of vLLM's HTTP API that Attune's publisher and a chat product need.
 * It stands in for vLLM on a machine without a GPU.
 */
@NullMarked
package dev.attune.quickstart.serving;

import org.jspecify.annotations.NullMarked;
