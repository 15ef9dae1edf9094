/** What every service process needs: validated configuration, health and metrics over HTTP, an orderly stop. */
@NullMarked
package dev.attune.kit;

import org.jspecify.annotations.NullMarked;
