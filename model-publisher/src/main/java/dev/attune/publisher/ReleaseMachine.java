package dev.attune.publisher;

import dev.attune.events.ReleaseCommand;
import dev.attune.publisher.canary.CanaryVerdict;
import dev.attune.publisher.control.WishTopic;
import dev.attune.publisher.control.Wishes.Wish;
import dev.attune.publisher.log.ReleaseHistory;
import dev.attune.publisher.log.ReleaseHistory.Live;
import dev.attune.publisher.log.ReleaseLog;
import dev.attune.publisher.metrics.PublisherMetrics;
import dev.attune.publisher.release.Candidate;
import dev.attune.publisher.release.RefusedException;
import dev.attune.publisher.release.RejectReason;
import dev.attune.publisher.release.Release;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Takes a release from state to state. Each state has one step, and each step can be done again without harm, so that a
 * release that was cut off anywhere goes on where its last event says it is.
 */
final class ReleaseMachine {

    private final ReleaseSettings settings;
    private final Admission admission;
    private final AdapterStore adapters;
    private final Proving proving;
    private final Promotion promotion;
    private final @Nullable Trial trial;
    private final ReleaseLog log;
    private final WishTopic wishes;
    private final PublisherMetrics metrics;

    ReleaseMachine(
            ReleaseSettings settings,
            Admission admission,
            AdapterStore adapters,
            Proving proving,
            Promotion promotion,
            @Nullable Trial trial,
            ReleaseLog log,
            WishTopic wishes,
            PublisherMetrics metrics) {
        this.settings = settings;
        this.admission = admission;
        this.adapters = adapters;
        this.proving = proving;
        this.promotion = promotion;
        this.trial = trial;
        this.log = log;
        this.wishes = wishes;
        this.metrics = metrics;
    }

    /** Goes on with a release until it has ended, serves, or waits for people. */
    void walk(Candidate candidate) {
        ReleaseHistory history = log.history();
        Release at = history.release(candidate).orElseGet(() -> log.record(Release.received(candidate)));
        for (Release next = step(at); !next.equals(at); next = step(at)) {
            at = log.record(next);
        }
    }

    /** Ends the release of what replicas cannot load. Its event says so: nothing of it is read, and serving is not asked. */
    void refuse(Candidate candidate) {
        log.record(log.record(Release.received(candidate))
                .reject(
                        RejectReason.NOT_AN_ADAPTER,
                        "it is of kind " + candidate.kind()
                                + ", and replicas load adapters while they run: start serving"
                                + " from its folder model/, or train with learning.parameters: adapter",
                        Map.of()));
    }

    /** Ends a release that was not begun, or was cut off, for a newer one. */
    void supersede(Candidate candidate, String newer) {
        Release at = log.history().release(candidate).orElseGet(() -> log.record(Release.received(candidate)));
        if (at instanceof Release.InProgress inProgress) {
            log.record(inProgress.supersede(newer));
        }
    }

    /** Takes back what people do not want any more. */
    void rollBack() {
        for (Live live : log.history().promoted()) {
            wish(live.candidate(), ReleaseCommand.ROLL_BACK).ifPresent(wish -> promotion.rollBack(live, wish));
        }
    }

    /** The state after this one, or the same where it stays. */
    private Release step(Release at) {
        Candidate candidate = at.candidate();
        Optional<Wish> declined = wish(candidate, ReleaseCommand.REJECT, ReleaseCommand.ROLL_BACK);
        if (at instanceof Release.InProgress inProgress && declined.isPresent()) {
            proving.takeBack(candidate);
            return inProgress.decline(declined.get().sentence(), declined.get().by());
        }
        try {
            return switch (at) {
                case Release.Received received -> {
                    timed(
                            "validate",
                            () -> admission.admit(candidate, log.history().current()));
                    yield received.validated();
                }
                case Release.Validated validated -> {
                    timed("store", () -> adapters.store(candidate));
                    timed("merge", () -> adapters.merge(candidate, inUse()));
                    yield validated.stored();
                }
                case Release.Stored stored -> {
                    if (!adapters.isSigned()) {
                        yield stored.loading(proving.replicas());
                    }
                    timed("sign", () -> adapters.sign(candidate));
                    yield stored.signed();
                }
                case Release.Signed signed -> signed.loading(proving.replicas());
                case Release.Loading loading -> {
                    timed("load", () -> proving.load(adapters.served(candidate)));
                    yield loading.loaded();
                }
                case Release.Loaded loaded ->
                    loaded.verified(proving.prove(
                            candidate,
                            adapters.served(candidate),
                            adapters.path(candidate),
                            // One that no replica may get any more is nothing to be compared with.
                            log.history()
                                    .current()
                                    .filter(live ->
                                            adapters.find(live.candidate()).isPresent())));
                case Release.Verified verified -> verified(verified);
                case Release.Canary canary -> {
                    Release next = canary(canary);
                    if (trial != null && !next.equals(canary)) {
                        trial.end();
                    }
                    yield next;
                }
                case Release.Promoted promoted -> promoted;
                case Release.Draining draining -> draining;
                case Release.Ended ended -> ended;
            };
        } catch (RefusedException e) {
            metrics.measured(e.measurements());
            return ((Release.InProgress) at).reject(e.reason(), e.detail(), e.measurements());
        }
    }

    /** Versions that replicas may be told to load. */
    private List<Candidate> inUse() {
        return Stream.of(log.history().promoted(), log.history().draining())
                .flatMap(List::stream)
                .map(Live::candidate)
                .toList();
    }

    private Release verified(Release.Verified verified) {
        Optional<Wish> wanted = wish(verified.candidate(), ReleaseCommand.APPROVE, ReleaseCommand.PROMOTE);
        boolean waits = settings.approval() || wishes.wishes().pause().isPresent();
        if (waits && wanted.isEmpty()) {
            return verified;
        }
        String by = wanted.map(Wish::by).orElse("");
        boolean atOnce = wish(verified.candidate(), ReleaseCommand.PROMOTE).isPresent();
        return trial == null || atOnce
                ? promotion.promote(verified, by)
                : trial.begin(verified, promotion.currentVersion(), by);
    }

    private Release canary(Release.Canary canary) {
        Optional<Wish> back = wish(canary.candidate(), ReleaseCommand.REJECT, ReleaseCommand.ROLL_BACK);
        if (back.isPresent()) {
            return promotion.takenBack(canary, back.get());
        }
        Optional<Wish> wanted = wish(canary.candidate(), ReleaseCommand.PROMOTE);
        if (wanted.isPresent()) {
            return promotion.promote(canary, Map.of(), wanted.get().by());
        }
        // Where canaries were switched off meanwhile, people decide on the one that is left.
        return trial == null ? canary : judged(canary, trial.judge(canary));
    }

    private Release judged(Release.Canary canary, CanaryVerdict verdict) {
        metrics.measured(verdict.measurements());
        return switch (verdict) {
            case CanaryVerdict.KeepGoing keepGoing -> canary;
            case CanaryVerdict.Promote promote ->
                wishes.wishes().pause().isPresent() ? canary : promotion.promote(canary, promote.measurements(), "");
            case CanaryVerdict.RollBack rollBack -> promotion.rollBack(canary, rollBack);
        };
    }

    private Optional<Wish> wish(Candidate candidate, ReleaseCommand... commands) {
        return wishes.wishes().of(candidate.version(), commands);
    }

    /** A step whose time is measured. */
    @FunctionalInterface
    private interface Step {
        void run() throws RefusedException;
    }

    private void timed(String stage, Step step) throws RefusedException {
        long begun = System.nanoTime();
        try {
            step.run();
        } finally {
            metrics.stageTook(stage, Duration.ofNanos(System.nanoTime() - begun));
        }
    }
}
