@NullMarked
package dev.attune.ingest.pairing;

import org.jspecify.annotations.NullMarked;
