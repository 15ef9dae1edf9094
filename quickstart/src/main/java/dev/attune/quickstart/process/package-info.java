/** What every long command of the quickstart needs: one way to stop, after which nothing is left behind. */
@NullMarked
package dev.attune.quickstart.process;

import org.jspecify.annotations.NullMarked;
