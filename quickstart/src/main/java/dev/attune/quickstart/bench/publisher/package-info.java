/** The publisher, measured from a checkpoint's event to the proof on every replica, with replicas that take no time. */
@NullMarked
package dev.attune.quickstart.bench.publisher;

import org.jspecify.annotations.NullMarked;
