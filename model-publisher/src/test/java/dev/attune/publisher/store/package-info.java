@NullMarked
package dev.attune.publisher.store;

import org.jspecify.annotations.NullMarked;
