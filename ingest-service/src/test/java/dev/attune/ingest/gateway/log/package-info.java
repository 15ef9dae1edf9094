@NullMarked
package dev.attune.ingest.gateway.log;

import org.jspecify.annotations.NullMarked;
