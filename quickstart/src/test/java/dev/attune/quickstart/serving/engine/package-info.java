@NullMarked
package dev.attune.quickstart.serving.engine;

import org.jspecify.annotations.NullMarked;
