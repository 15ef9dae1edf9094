package dev.attune.quickstart.demo;

import dev.attune.events.ReleaseChanged;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the page shows, as JSON.
 *
 * @param goal the win rate that ends the demo; null where none was asked for
 * @param measurements the base first, then every released version
 * @param releases the newest state of each version, in the order of their arrival
 */
record ConsoleSnapshot(
        double elapsedSeconds,
        LoopState.Counts counts,
        long steps,
        String served,
        @Nullable Double goal,
        List<Evaluation> measurements,
        List<Release> releases) {

    /** One version on its way into serving. */
    record Release(String version, String state, String detail) {
        static Release of(ReleaseChanged event) {
            return new Release(event.getVersion(), event.getState().name().toLowerCase(Locale.ROOT), event.getDetail());
        }
    }

    static ConsoleSnapshot of(LoopState state, DemoOptions options, Duration elapsed, long stepsNow) {
        LoopState.Counts counts = state.counts();
        return new ConsoleSnapshot(
                elapsed.toMillis() / 1000.0,
                counts,
                Math.max(stepsNow, counts.steps()),
                state.served().version(),
                options.untilWinRate(),
                state.measurements(),
                state.releases().values().stream().map(Release::of).toList());
    }
}
