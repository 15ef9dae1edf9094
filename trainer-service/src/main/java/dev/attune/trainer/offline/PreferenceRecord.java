package dev.attune.trainer.offline;

import dev.attune.trainer.learner.Prompt;

/**
 * One entry of a pairs file.
 *
 * @param line where it begins in the file, from 1
 * @param strength probability that the preference is right: above 0, at most 1
 */
record PreferenceRecord(int line, Prompt prompt, String chosen, String rejected, double strength) {}
