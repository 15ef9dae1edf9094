@NullMarked
package dev.attune.publisher.serving;

import org.jspecify.annotations.NullMarked;
