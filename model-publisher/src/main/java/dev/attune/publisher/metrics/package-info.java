/** What the publisher measures of itself; one class owns the meter names. */
@NullMarked
package dev.attune.publisher.metrics;

import org.jspecify.annotations.NullMarked;
