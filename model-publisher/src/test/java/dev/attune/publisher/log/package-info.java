@NullMarked
package dev.attune.publisher.log;

import org.jspecify.annotations.NullMarked;
