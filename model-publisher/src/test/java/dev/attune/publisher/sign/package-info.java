@NullMarked
package dev.attune.publisher.sign;

import org.jspecify.annotations.NullMarked;
