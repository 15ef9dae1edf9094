@NullMarked
package dev.attune.ingest.pairing.state;

import org.jspecify.annotations.NullMarked;
