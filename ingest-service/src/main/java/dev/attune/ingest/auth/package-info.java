/** Who asks: API keys, the same for every HTTP interface of this module. */
@NullMarked
package dev.attune.ingest.auth;

import org.jspecify.annotations.NullMarked;
