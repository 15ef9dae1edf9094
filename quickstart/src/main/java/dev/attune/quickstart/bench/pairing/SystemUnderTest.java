package dev.attune.quickstart.bench.pairing;

import java.util.List;

/** A streams application that reads the input topics. */
interface SystemUnderTest extends AutoCloseable {
    /** Its consumer group. */
    String group();

    List<String> inputs();

    /** Everything that it writes for others, or for its own next step. */
    List<String> outputs();

    @Override
    void close();
}
