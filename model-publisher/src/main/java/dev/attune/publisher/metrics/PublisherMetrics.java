package dev.attune.publisher.metrics;

import dev.attune.publisher.release.Release;
import java.time.Duration;
import java.util.Map;

/** What the publisher measures of itself. */
public interface PublisherMetrics {

    /** A release reached a state, for the first time in this process's life or another's. */
    void stateChanged(Release release);

    /** A replica was asked for something; {@code outcome} is loaded, verified, unloaded or failed. */
    void replicaAcknowledged(String outcome);

    /** From the last feedback behind a pair to the promotion of the version that learned from it. */
    void feedbackServed(Duration sinceFeedback);

    /** A stage of a release took this long; {@code stage} is validate, store, merge, load, verify or gate. */
    void stageTook(String stage, Duration duration);

    /** The newest figures of gates and probes, by name. */
    void measured(Map<String, Double> measurements);
}
