@NullMarked
package dev.attune.quickstart.serving.gguf;

import org.jspecify.annotations.NullMarked;
