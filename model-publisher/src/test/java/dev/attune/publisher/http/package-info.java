@NullMarked
package dev.attune.publisher.http;

import org.jspecify.annotations.NullMarked;
