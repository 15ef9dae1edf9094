@NullMarked
package dev.attune.publisher.canary;

import org.jspecify.annotations.NullMarked;
