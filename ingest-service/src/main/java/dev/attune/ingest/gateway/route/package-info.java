/** HTTP: from the bytes of a request to its answer. */
@NullMarked
package dev.attune.ingest.gateway.route;

import org.jspecify.annotations.NullMarked;
