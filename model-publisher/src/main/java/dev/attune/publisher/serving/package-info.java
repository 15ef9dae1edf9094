/** Serving replicas: loading adapters into them, and proving what they compute. Nothing that a replica says is believed. */
@NullMarked
package dev.attune.publisher.serving;

import org.jspecify.annotations.NullMarked;
