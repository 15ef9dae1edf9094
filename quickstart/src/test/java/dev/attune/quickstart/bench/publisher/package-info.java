@NullMarked
package dev.attune.quickstart.bench.publisher;

import org.jspecify.annotations.NullMarked;
