@NullMarked
package dev.attune.trainer;

import org.jspecify.annotations.NullMarked;
