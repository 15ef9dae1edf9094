@NullMarked
package dev.attune.artifacts;

import org.jspecify.annotations.NullMarked;
