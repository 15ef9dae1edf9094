@NullMarked
package dev.attune.publisher.routes;

import org.jspecify.annotations.NullMarked;
