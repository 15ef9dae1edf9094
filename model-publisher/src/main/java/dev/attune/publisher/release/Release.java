package dev.attune.publisher.release;

import dev.attune.events.ReleaseState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A release and where it stands. Each state is a type, and its methods are the only legal ways on:
 *
 * <pre>
 * received → validated → stored → signed → loading → loaded → verified → canary → promoted → draining → retired
 *     └──────────┴─────────┴────────┴─────────┴────────┴─────────┤          └────────┴→ rolled back
 *                                                                └→ rejected, superseded
 * </pre>
 *
 * Where nothing is signed, stored is followed by loading; where there is no canary, verified by promoted.
 */
public sealed interface Release {

    Candidate candidate();

    ReleaseState state();

    static Received received(Candidate candidate) {
        return new Received(candidate);
    }

    /** Nobody is answered with it yet. */
    sealed interface InProgress extends Release {
        default Rejected reject(RejectReason reason, String detail, Map<String, Double> measurements) {
            return new Rejected(candidate(), reason, detail, Map.copyOf(measurements), "");
        }

        /** @param by the person who does not want it */
        default Rejected decline(String detail, String by) {
            return new Rejected(candidate(), RejectReason.DECLINED, detail, Map.of(), by);
        }

        /** Given up for a newer one, where this one was not begun, or was cut off in the middle. */
        default Superseded supersede(String newerVersion) {
            return new Superseded(candidate(), newerVersion);
        }
    }

    /** Users are answered with it. */
    sealed interface Serving extends Release {
        /**
         * @param current what its users are answered with from now on; null for the base
         * @param by the person who wanted it; empty where it was judged so
         */
        default RolledBack rollBack(
                @Nullable String current,
                RejectReason reason,
                String detail,
                Map<String, Double> measurements,
                String by) {
            return new RolledBack(candidate(), current, reason, detail, Map.copyOf(measurements), by);
        }
    }

    /** Nothing is left to do. */
    sealed interface Ended extends Release {}

    /** Its event was read. */
    record Received(Candidate candidate) implements InProgress {
        @Override
        public ReleaseState state() {
            return ReleaseState.RECEIVED;
        }

        public Validated validated() {
            return new Validated(candidate);
        }
    }

    /** Content, shapes and numbers are right. */
    record Validated(Candidate candidate) implements InProgress {
        @Override
        public ReleaseState state() {
            return ReleaseState.VALIDATED;
        }

        public Stored stored() {
            return new Stored(candidate);
        }
    }

    /** It lies in the store, and is never written again. */
    record Stored(Candidate candidate) implements InProgress {
        @Override
        public ReleaseState state() {
            return ReleaseState.STORED;
        }

        public Signed signed() {
            return new Signed(candidate);
        }

        public Loading loading(List<String> replicas) {
            return new Loading(candidate, replicas);
        }
    }

    /** What is stored is signed. */
    record Signed(Candidate candidate) implements InProgress {
        @Override
        public ReleaseState state() {
            return ReleaseState.SIGNED;
        }

        public Loading loading(List<String> replicas) {
            return new Loading(candidate, replicas);
        }
    }

    /** Replicas are being told to load it. */
    record Loading(Candidate candidate, List<String> replicas) implements InProgress {
        @Override
        public ReleaseState state() {
            return ReleaseState.LOADING;
        }

        public Loaded loaded() {
            return new Loaded(candidate, replicas);
        }
    }

    /** Every replica says that it has it. */
    record Loaded(Candidate candidate, List<String> replicas) implements InProgress {
        @Override
        public ReleaseState state() {
            return ReleaseState.LOADED;
        }

        public Verified verified(Map<String, Double> measurements) {
            return new Verified(candidate, replicas, Map.copyOf(measurements));
        }
    }

    /** Every replica proved that it computes what the trainer computed, and the gates on its answers are passed. */
    record Verified(Candidate candidate, List<String> replicas, Map<String, Double> measurements)
            implements InProgress {
        @Override
        public ReleaseState state() {
            return ReleaseState.VERIFIED;
        }

        /**
         * @param stableVersion what the other users are answered with; null for the base
         * @param share of the users that are answered with it, 0 (shadow) to 1
         */
        public Canary canary(@Nullable String stableVersion, double share, Instant since, String by) {
            return new Canary(candidate, replicas, measurements, stableVersion, share, since, by);
        }

        /**
         * @param previousVersion what serving answered with before; null for the base
         * @param freshness from feedback to serving, by name, in seconds
         */
        public Promoted promoted(@Nullable String previousVersion, Map<String, Double> freshness, String by) {
            return Promoted.of(candidate, replicas, previousVersion, measurements, freshness, by);
        }
    }

    /** A share of the users is answered with it, and what they say of it is judged. */
    record Canary(
            Candidate candidate,
            List<String> replicas,
            Map<String, Double> measurements,
            @Nullable String stableVersion,
            double share,
            Instant since,
            String by)
            implements Serving {
        @Override
        public ReleaseState state() {
            return ReleaseState.CANARY;
        }

        /** @param judgement what its users said of it, and from feedback to serving, by name */
        public Promoted promoted(Map<String, Double> judgement, String by) {
            return Promoted.of(candidate, replicas, stableVersion, measurements, judgement, by);
        }
    }

    /** Users are answered with it. */
    record Promoted(
            Candidate candidate,
            List<String> replicas,
            @Nullable String previousVersion,
            Map<String, Double> measurements,
            String by)
            implements Serving {
        private static Promoted of(
                Candidate candidate,
                List<String> replicas,
                @Nullable String previousVersion,
                Map<String, Double> measurements,
                Map<String, Double> more,
                String by) {
            Map<String, Double> all = new TreeMap<>(measurements);
            all.putAll(more);
            return new Promoted(candidate, replicas, previousVersion, Map.copyOf(all), by);
        }

        @Override
        public ReleaseState state() {
            return ReleaseState.PROMOTED;
        }

        /** There are newer ones enough to go back to. */
        public Draining draining() {
            return new Draining(candidate);
        }
    }

    /** New requests go elsewhere; those that are under way are answered to their end. */
    record Draining(Candidate candidate) implements Release {
        @Override
        public ReleaseState state() {
            return ReleaseState.DRAINING;
        }

        public Retired retired() {
            return new Retired(candidate);
        }
    }

    /** It was promoted once, and is no longer loaded. */
    record Retired(Candidate candidate) implements Ended {
        @Override
        public ReleaseState state() {
            return ReleaseState.RETIRED;
        }
    }

    /** Skipped for a newer one. */
    record Superseded(Candidate candidate, String newerVersion) implements Ended {
        /** The only reason there is. */
        public static final String REASON = "newer_checkpoint";

        @Override
        public ReleaseState state() {
            return ReleaseState.SUPERSEDED;
        }
    }

    /** Refused before anybody was answered with it. */
    record Rejected(
            Candidate candidate, RejectReason reason, String detail, Map<String, Double> measurements, String by)
            implements Ended {
        @Override
        public ReleaseState state() {
            return ReleaseState.REJECTED;
        }
    }

    /** Users were answered with it, and are no longer. */
    record RolledBack(
            Candidate candidate,
            @Nullable String currentVersion,
            RejectReason reason,
            String detail,
            Map<String, Double> measurements,
            String by)
            implements Ended {
        @Override
        public ReleaseState state() {
            return ReleaseState.ROLLED_BACK;
        }
    }
}
