@NullMarked
package dev.attune.publisher.release;

import org.jspecify.annotations.NullMarked;
