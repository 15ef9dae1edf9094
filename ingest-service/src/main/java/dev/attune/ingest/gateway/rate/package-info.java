/** How much a tenant and a user may send. */
@NullMarked
package dev.attune.ingest.gateway.rate;

import org.jspecify.annotations.NullMarked;
