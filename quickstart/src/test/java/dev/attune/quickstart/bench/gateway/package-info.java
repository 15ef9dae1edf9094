@NullMarked
package dev.attune.quickstart.bench.gateway;

import org.jspecify.annotations.NullMarked;
