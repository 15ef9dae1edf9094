@NullMarked
package dev.attune.ingest.pairing.rules;

import org.jspecify.annotations.NullMarked;
