package dev.attune.trainer.offline;

import dev.attune.trainer.learner.Prompt;

/**
 * A judged answer of a file.
 *
 * @param line where its entry begins in the file, from 1
 * @param desirable whether it was liked
 * @param strength probability that this label is right: above 0, at most 1
 */
record JudgedAnswer(int line, Prompt prompt, String completion, boolean desirable, double strength) {}
