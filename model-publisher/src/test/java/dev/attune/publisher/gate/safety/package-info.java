@NullMarked
package dev.attune.publisher.gate.safety;

import org.jspecify.annotations.NullMarked;
