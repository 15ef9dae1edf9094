/** Tests that may be looked at after every observation, and still err no more often than they say. Pure arithmetic. */
@NullMarked
package dev.attune.publisher.canary.sequential;

import org.jspecify.annotations.NullMarked;
