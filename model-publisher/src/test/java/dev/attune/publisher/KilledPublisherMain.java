package dev.attune.publisher;

import dev.attune.events.ReleaseState;
import dev.attune.kit.ConfigFile;
import dev.attune.publisher.log.ReleaseLog;
import dev.attune.publisher.release.Release;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * A publisher that stands still at a transition, so that it can be killed there: {@code CONFIG STATE before|after FILE}. It
 * writes FILE when it is about to announce STATE, or has done so.
 */
final class KilledPublisherMain {
    private KilledPublisherMain() {}

    public static void main(String[] arguments) throws Exception {
        PublisherConfig config = ConfigFile.load(Path.of(arguments[0]), PublisherConfig.class);
        StandStill standStill = new StandStill(
                ReleaseState.valueOf(arguments[1]), arguments[2].equals("before"), Path.of(arguments[3]));
        try (PublisherService publisher = PublisherService.start(config, standStill)) {
            publisher.awaitEnd();
        }
    }

    private record StandStill(ReleaseState state, boolean before, Path file) implements ReleaseLog.Listener {

        @Override
        public void announces(Release next) {
            if (before) {
                standAt(next);
            }
        }

        @Override
        public void announced(Release release) {
            if (!before) {
                standAt(release);
            }
        }

        private void standAt(Release release) {
            if (release.state() != state) {
                return;
            }
            try {
                Files.createFile(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            while (true) {
                LockSupport.park(this);
            }
        }
    }
}
