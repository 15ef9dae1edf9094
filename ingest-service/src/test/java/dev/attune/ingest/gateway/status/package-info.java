@NullMarked
package dev.attune.ingest.gateway.status;

import org.jspecify.annotations.NullMarked;
