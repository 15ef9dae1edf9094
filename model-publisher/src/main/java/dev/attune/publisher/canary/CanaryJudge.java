package dev.attune.publisher.canary;

import java.time.Instant;

/** Judges canaries, one at a time. Belongs to one thread, which asks as often as it likes: looking does not wear it out. */
public interface CanaryJudge extends AutoCloseable {

    /**
     * What is to become of the canary. Takes a bounded time, a second or so; where more is to be read, it says that it keeps going.
     *
     * @param run another one than the last time ends the last one
     */
    CanaryVerdict judge(CanaryRun run, Instant now);

    /** Lets go of what is open for a canary. Asked again, it begins anew. */
    @Override
    void close();
}
