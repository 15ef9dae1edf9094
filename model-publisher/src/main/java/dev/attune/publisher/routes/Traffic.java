package dev.attune.publisher.routes;

import org.jspecify.annotations.Nullable;

/**
 * What users are answered with.
 *
 * @param stable served name of the promoted version, or of the base
 * @param canary served name of a version that is on trial; null where none is
 * @param canaryShare of the users, from 0 to 1
 */
public record Traffic(String stable, @Nullable String canary, double canaryShare) {

    public Traffic {
        if (!(canaryShare >= 0 && canaryShare <= 1)) {
            throw new IllegalArgumentException("a share is from 0 to 1, not " + canaryShare);
        }
    }
}
