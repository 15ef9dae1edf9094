/** Sends a labelled dataset to a gateway as completions and feedback: how a team brings the feedback that it has. */
@NullMarked
package dev.attune.ingest.replay;

import org.jspecify.annotations.NullMarked;
