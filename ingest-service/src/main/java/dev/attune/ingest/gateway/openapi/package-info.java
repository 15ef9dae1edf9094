/** The description of the API: an OpenAPI document, and the page that shows it. */
@NullMarked
package dev.attune.ingest.gateway.openapi;

import org.jspecify.annotations.NullMarked;
