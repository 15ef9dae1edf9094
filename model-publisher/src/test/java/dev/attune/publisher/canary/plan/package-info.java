@NullMarked
package dev.attune.publisher.canary.plan;

import org.jspecify.annotations.NullMarked;
