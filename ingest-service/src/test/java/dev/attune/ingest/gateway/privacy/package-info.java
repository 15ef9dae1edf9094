@NullMarked
package dev.attune.ingest.gateway.privacy;

import org.jspecify.annotations.NullMarked;
