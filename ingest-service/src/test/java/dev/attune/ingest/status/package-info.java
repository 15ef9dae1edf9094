@NullMarked
package dev.attune.ingest.status;

import org.jspecify.annotations.NullMarked;
