@NullMarked
package dev.attune.quickstart.serving;

import org.jspecify.annotations.NullMarked;
