package dev.attune.quickstart.bench.publisher;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.SortedMap;

/**
 * What was measured.
 *
 * @param goalSeconds from checkpoint to verified, for {@code goalMegabytes} and {@code goalReplicas}
 * @param ratioToGoal the goal over the measured time: above 1 is faster than the goal
 * @param jvmOptions of the publisher
 */
record PublisherReport(
        @JsonProperty double goalSeconds,
        @JsonProperty int goalMegabytes,
        @JsonProperty int goalReplicas,
        @JsonProperty double ratioToGoal,
        @JsonProperty List<String> jvmOptions,
        @JsonProperty String java,
        @JsonProperty int processors,
        @JsonProperty List<Scenario> scenarios) {

    /**
     * One size on so many replicas.
     *
     * @param megabytes of the adapter's weights, as they are on the disk
     * @param seconds from the event of the checkpoint to that of the proof, the rounds' median
     * @param phases the same by phase, each the rounds' median, in seconds
     * @param digestSeconds one reading of the weights with SHA-256 by this JVM, for comparison
     * @param peakMegabytes the most memory that the publisher's process was seen with, heap and all, without mapped files
     */
    record Scenario(
            @JsonProperty int wantedMegabytes,
            @JsonProperty double megabytes,
            @JsonProperty int replicas,
            @JsonProperty double seconds,
            @JsonProperty SortedMap<String, Double> phases,
            @JsonProperty double digestSeconds,
            @JsonProperty double peakMegabytes,
            @JsonProperty List<Double> rounds) {}
}
