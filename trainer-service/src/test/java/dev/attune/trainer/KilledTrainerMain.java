package dev.attune.trainer;

import dev.attune.kit.ConfigFile;
import dev.attune.trainer.checkpoint.Milestone;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * A trainer that stands still at a point of its work, so that it can be killed there: {@code CONFIG POINT AFTER_STEPS FILE}.
 * It writes FILE when it gets to POINT for the first time after so many steps.
 */
final class KilledTrainerMain {
    private KilledTrainerMain() {}

    public static void main(String[] arguments) throws Exception {
        TrainerConfig config = ConfigFile.load(Path.of(arguments[0]), TrainerConfig.class);
        StandStill standStill =
                new StandStill(Milestone.valueOf(arguments[1]), Integer.parseInt(arguments[2]), Path.of(arguments[3]));
        try (TrainerService trainer = TrainerService.start(config, standStill)) {
            trainer.awaitEnd();
        }
    }

    private static final class StandStill implements Milestone.Listener {
        private final Milestone point;
        private final int afterSteps;
        private final Path file;
        private int steps;

        private StandStill(Milestone point, int afterSteps, Path file) {
            this.point = point;
            this.afterSteps = afterSteps;
            this.file = file;
        }

        @Override
        public void passed(Milestone passed) {
            if (passed == point && steps >= afterSteps) {
                try {
                    Files.createFile(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                while (true) {
                    LockSupport.park(this);
                }
            }
            steps += passed == Milestone.STEP_TAKEN ? 1 : 0;
        }
    }
}
