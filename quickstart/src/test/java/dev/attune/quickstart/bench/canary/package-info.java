@NullMarked
package dev.attune.quickstart.bench.canary;

import org.jspecify.annotations.NullMarked;
