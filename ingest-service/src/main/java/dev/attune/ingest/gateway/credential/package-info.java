/** Credentials: how a request's Authorization header becomes a caller. */
@NullMarked
package dev.attune.ingest.gateway.credential;

import org.jspecify.annotations.NullMarked;
