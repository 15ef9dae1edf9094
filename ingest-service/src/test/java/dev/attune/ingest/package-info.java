/** What the tests of this module share. */
@NullMarked
package dev.attune.ingest;

import org.jspecify.annotations.NullMarked;
