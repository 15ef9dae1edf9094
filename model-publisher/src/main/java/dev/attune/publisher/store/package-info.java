/** Where released artifacts lie: immutable, under their content's name. */
@NullMarked
package dev.attune.publisher.store;

import org.jspecify.annotations.NullMarked;
