package dev.attune.publisher.gate;

import dev.attune.publisher.serving.SampledAnswer;

/**
 * One answer to one prompt of the gates.
 *
 * @param number counts all answers of a round from 0: it gives the seed, and the replica that answered
 */
record GateAnswer(int number, GatePrompt prompt, SampledAnswer sampled) {}
