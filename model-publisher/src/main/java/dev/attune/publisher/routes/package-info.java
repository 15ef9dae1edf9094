/** What users are answered with, written for gateways that split traffic by weights. */
@NullMarked
package dev.attune.publisher.routes;

import org.jspecify.annotations.NullMarked;
