/** From the JSON of a request to an event that is fit to be stored. */
@NullMarked
package dev.attune.ingest.gateway.event;

import org.jspecify.annotations.NullMarked;
