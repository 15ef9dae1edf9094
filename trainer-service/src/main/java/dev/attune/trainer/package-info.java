/** The trainer: feedback pairs in, adapter weights out. */
@NullMarked
package dev.attune.trainer;

import org.jspecify.annotations.NullMarked;
