/** Connections, before anybody knows who speaks: how many, how long, and what is answered where no route is reached. */
@NullMarked
package dev.attune.ingest.gateway.connection;

import org.jspecify.annotations.NullMarked;
