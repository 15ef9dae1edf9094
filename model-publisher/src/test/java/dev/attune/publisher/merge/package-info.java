@NullMarked
package dev.attune.publisher.merge;

import org.jspecify.annotations.NullMarked;
