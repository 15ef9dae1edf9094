@NullMarked
package dev.attune.publisher.gate;

import org.jspecify.annotations.NullMarked;
