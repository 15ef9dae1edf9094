/**
 * Judges a version that serves a share of the users, or nobody: by what people say of its answers and by the answers themselves,
 * against the stable version in the same time. {@code CanaryRules} decides, pure, on a {@code CanaryEvidence}; {@code LiveJudge}
 * gathers that from the topics, {@code ShadowJudge} by asking both versions. Neither has a state of its own to lose: both begin again
 * at the canary's start.
 */
@NullMarked
package dev.attune.publisher.canary;

import org.jspecify.annotations.NullMarked;
