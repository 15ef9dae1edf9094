/** {@code ./attune bench canary}: how many users a canary needs, and how often its judgement errs. */
@NullMarked
package dev.attune.quickstart.bench.canary;

import org.jspecify.annotations.NullMarked;
