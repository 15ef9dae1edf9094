/** How many judgements a canary needs, and how often it errs: found out beforehand, by simulation. Pure. */
@NullMarked
package dev.attune.publisher.canary.plan;

import org.jspecify.annotations.NullMarked;
