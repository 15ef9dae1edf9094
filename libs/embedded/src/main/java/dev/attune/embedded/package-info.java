/** The platform that Attune needs, started on this machine: a real Kafka broker, a real Schema Registry, child processes that cannot be orphaned. */
@NullMarked
package dev.attune.embedded;

import org.jspecify.annotations.NullMarked;
