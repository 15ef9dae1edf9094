@NullMarked
package dev.attune.publisher.desk;

import org.jspecify.annotations.NullMarked;
