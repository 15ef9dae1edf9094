/** The services together, as an operator starts them: processes, configuration files, a real broker and registry. */
@NullMarked
package dev.attune.quickstart.loop;

import org.jspecify.annotations.NullMarked;
