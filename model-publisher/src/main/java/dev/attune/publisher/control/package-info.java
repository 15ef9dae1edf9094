/** What people want of a model's releases: said on a topic, so that it lasts over restarts and reaches whichever publisher runs. */
@NullMarked
package dev.attune.publisher.control;

import org.jspecify.annotations.NullMarked;
