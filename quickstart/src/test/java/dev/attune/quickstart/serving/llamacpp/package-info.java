@NullMarked
package dev.attune.quickstart.serving.llamacpp;

import org.jspecify.annotations.NullMarked;
