/** What became of an event, and that a user is to be erased: the two questions about what the log already has. */
@NullMarked
package dev.attune.ingest.gateway.status;

import org.jspecify.annotations.NullMarked;
