/** Support for tests of several modules. */
@NullMarked
package dev.attune.testing;

import org.jspecify.annotations.NullMarked;
