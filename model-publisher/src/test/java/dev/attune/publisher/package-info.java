@NullMarked
package dev.attune.publisher;

import org.jspecify.annotations.NullMarked;
