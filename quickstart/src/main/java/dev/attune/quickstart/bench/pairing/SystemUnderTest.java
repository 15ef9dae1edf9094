package dev.attune.quickstart.bench.pairing;

import java.time.Duration;
import java.util.List;

/** A streams application that reads the input topics. */
interface SystemUnderTest extends AutoCloseable {
    /** Its consumer group. */
    String group();

    List<String> inputs();

    /** Everything that it writes for others, or for its own next step. */
    List<String> outputs();

    /** What it has to have read before it says which pairs there are: its inputs and what it makes of them. */
    List<String> evidence();

    /** Where it says which pairs there are. */
    List<String> pairs();

    /** The longest time after the last input in which nothing may come out although something is still to come. */
    Duration settles();

    /** The state that it says it is in, and what ended it where something did: for whoever looks why it stands still. */
    String state();

    /** How long its threads stood still. */
    ThreadPauses pauses();

    @Override
    void close();
}
