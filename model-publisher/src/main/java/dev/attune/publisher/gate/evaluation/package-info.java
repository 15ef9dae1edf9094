/** The evaluation that a team supplies: a command or an HTTP hook that says yes or no, with a reason. No answer is no yes. */
@NullMarked
package dev.attune.publisher.gate.evaluation;

import org.jspecify.annotations.NullMarked;
