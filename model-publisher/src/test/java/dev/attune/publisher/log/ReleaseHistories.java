package dev.attune.publisher.log;

import dev.attune.publisher.release.Release;

/** Histories for tests of what is decided by them. */
public final class ReleaseHistories {

    private ReleaseHistories() {}

    /** What is known after these releases were announced. */
    public static ReleaseHistory of(Release... releases) {
        ReleaseHistory history = new ReleaseHistory();
        for (Release release : releases) {
            history.apply(ReleaseEvents.event(release, release.candidate().committedAt()));
        }
        return history;
    }
}
