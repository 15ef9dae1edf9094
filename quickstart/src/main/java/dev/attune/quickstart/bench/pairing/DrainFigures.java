package dev.attune.quickstart.bench.pairing;

import dev.attune.quickstart.bench.pairing.DrainWatch.Sample;
import dev.attune.quickstart.bench.pairing.PairingReport.Drain;
import dev.attune.quickstart.bench.pairing.PairingReport.Point;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the samples of one backlog say. */
final class DrainFigures {
    private static final double SECOND = 1e9;

    private DrainFigures() {}

    /**
     * From the first commit that was seen, so that no start of an application is in it, to the last output.
     *
     * @param before events that were worked off before the backlog
     */
    static Drain of(List<Sample> samples, long before) {
        return of(samples, samples.getLast(), before, null);
    }

    /**
     * The same up to the last record that was read; from there to the last pair is the look at the prompt, which waits for
     * the prompt's quiet period and would hide the rate.
     */
    static Drain ofHotPrompt(List<Sample> samples, long before) {
        Sample read = samples.getLast();
        Sample paired = samples.getFirst();
        for (int i = samples.size() - 1; i > 0 && samples.get(i - 1).read() == read.read(); i--) {
            read = samples.get(i - 1);
        }
        for (int i = 1; i < samples.size(); i++) {
            if (samples.get(i).pairs() != samples.get(i - 1).pairs()) {
                paired = samples.get(i);
            }
        }
        Double look = paired.nanos() > read.nanos() ? (paired.nanos() - read.nanos()) / SECOND : null;
        return of(samples, read, before, look);
    }

    private static Drain of(List<Sample> samples, Sample end, long before, @Nullable Double look) {
        Sample first = samples.getFirst();
        double seconds = Math.max(1e-3, (end.nanos() - first.nanos()) / SECOND);
        List<Point> curve = samples.stream()
                .map(sample -> new Point((sample.nanos() - first.nanos()) / SECOND, sample.events() - before))
                .toList();
        return new Drain(
                (end.events() - first.events()) / seconds,
                seconds,
                longestPause(curve),
                samples.getLast().longestStandstill().toNanos() / SECOND,
                look,
                curve);
    }

    private static double longestPause(List<Point> curve) {
        double longest = 0;
        Point before = curve.getFirst();
        for (Point point : curve) {
            if (point.events() > before.events()) {
                longest = Math.max(longest, point.second() - before.second());
                before = point;
            }
        }
        return longest;
    }
}
