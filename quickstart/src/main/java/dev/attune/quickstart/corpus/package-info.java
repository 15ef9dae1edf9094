/** The demo's world: questions to a shop's support, answers in several styles, and the judges that know what is good. */
@NullMarked
package dev.attune.quickstart.corpus;

import org.jspecify.annotations.NullMarked;
