@NullMarked
package dev.attune.publisher.canary.sequential;

import org.jspecify.annotations.NullMarked;
