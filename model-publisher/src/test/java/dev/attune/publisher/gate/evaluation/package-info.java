@NullMarked
package dev.attune.publisher.gate.evaluation;

import org.jspecify.annotations.NullMarked;
