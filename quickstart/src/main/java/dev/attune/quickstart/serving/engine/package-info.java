/**
 * Generation: a bounded queue of requests, and workers that compute several sequences in one pass over the weights. Knows tokens only;
 * text and HTTP are elsewhere.
 */
@NullMarked
package dev.attune.quickstart.serving.engine;

import org.jspecify.annotations.NullMarked;
