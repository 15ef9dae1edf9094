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
     * The rate while everything that belongs to it is under way: from the first commit that was seen and the quiet period after it,
     * from when on prompts are looked at as fast as they change, to the last record that was read, between the stages too. What
     * comes after it is the last quiet period, which is waiting. A backlog that is over before counts from the first commit.
     *
     * @param before events that were worked off before the backlog
     */
    static Drain of(List<Sample> samples, long before) {
        Sample end = lastRead(samples);
        long from = samples.getFirst().nanos() + PairingSettings.QUIET_PERIOD.toNanos();
        Sample start = samples.stream()
                .filter(sample -> sample.nanos() >= from && sample.nanos() < end.nanos())
                .findFirst()
                .orElse(samples.getFirst());
        return of(samples, start, end, before, null);
    }

    /**
     * The same up to the last record that was read; from there to the last pair is the look at the prompt, which waits for
     * the prompt's quiet period and would hide the rate.
     */
    static Drain ofHotPrompt(List<Sample> samples, long before) {
        Sample read = lastRead(samples);
        Sample paired = samples.getFirst();
        for (int i = 1; i < samples.size(); i++) {
            if (samples.get(i).pairs() != samples.get(i - 1).pairs()) {
                paired = samples.get(i);
            }
        }
        Double look = paired.nanos() > read.nanos() ? (paired.nanos() - read.nanos()) / SECOND : null;
        return of(samples, samples.getFirst(), read, before, look);
    }

    /** The first sample from which on nothing more was read. */
    private static Sample lastRead(List<Sample> samples) {
        Sample read = samples.getLast();
        for (int i = samples.size() - 1; i > 0 && samples.get(i - 1).read() == read.read(); i--) {
            read = samples.get(i - 1);
        }
        return read;
    }

    private static Drain of(List<Sample> samples, Sample start, Sample end, long before, @Nullable Double look) {
        Sample first = samples.getFirst();
        Sample last = samples.getLast();
        List<Point> curve = samples.stream()
                .map(sample -> new Point((sample.nanos() - first.nanos()) / SECOND, sample.events() - before))
                .toList();
        return new Drain(
                rate(start, end),
                rate(first, last),
                seconds(first, last),
                longestPause(curve),
                last.longestStandstill().toNanos() / SECOND,
                look,
                curve);
    }

    private static double rate(Sample from, Sample to) {
        return (to.events() - from.events()) / seconds(from, to);
    }

    private static double seconds(Sample from, Sample to) {
        return Math.max(1e-3, (to.nanos() - from.nanos()) / SECOND);
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
