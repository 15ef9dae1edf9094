package dev.attune.trainer;

import dev.attune.testing.Platform;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A test that compares two trainers. */
@SuppressWarnings("NullAway.Init") // JUnit sets it first.
abstract class TwoBenches extends OneBench {
    TrainerFixture other;

    @BeforeEach
    void openOther(Platform parts) throws Exception {
        other = new TrainerFixture(parts, folder.resolve("other"));
    }

    @AfterEach
    void closeOther() {
        other.close();
    }
}
