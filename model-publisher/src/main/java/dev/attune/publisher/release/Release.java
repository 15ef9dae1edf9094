package dev.attune.publisher.release;

import dev.attune.events.ReleaseState;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A release and where it stands. Each state is a type, and its methods are the only legal ways on:
 *
 * <pre>
 * received → validated → stored → loading → loaded → verified → promoted → retired
 *     └─────────┴──────────┴────────┴─────────┴─────────┴→ rejected, superseded
 * </pre>
 */
public sealed interface Release {

    Candidate candidate();

    ReleaseState state();

    static Received received(Candidate candidate) {
        return new Received(candidate);
    }

    /** A release that has not come to its end. */
    sealed interface InProgress extends Release {
        default Rejected reject(RejectReason reason, String detail, Map<String, Double> measurements) {
            return new Rejected(candidate(), reason, detail, measurements);
        }

        /** Given up for a newer one, where this one was not begun, or was cut off in the middle. */
        default Superseded supersede(String newerVersion) {
            return new Superseded(candidate(), newerVersion);
        }
    }

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
         * @param previousVersion what serving answered with before; null for the base
         * @param freshness from feedback to serving, by name, in seconds
         */
        public Promoted promoted(@Nullable String previousVersion, Map<String, Double> freshness) {
            Map<String, Double> all = new TreeMap<>(measurements);
            all.putAll(freshness);
            return new Promoted(candidate, replicas, previousVersion, Map.copyOf(all));
        }
    }

    /** Users are answered with it. */
    record Promoted(
            Candidate candidate,
            List<String> replicas,
            @Nullable String previousVersion,
            Map<String, Double> measurements)
            implements Release {
        @Override
        public ReleaseState state() {
            return ReleaseState.PROMOTED;
        }

        public Retired retired() {
            return new Retired(candidate);
        }
    }

    /** It was promoted once, and is no longer loaded. */
    record Retired(Candidate candidate) implements Release {
        @Override
        public ReleaseState state() {
            return ReleaseState.RETIRED;
        }
    }

    /** Skipped for a newer one. */
    record Superseded(Candidate candidate, String newerVersion) implements Release {
        /** The only reason there is. */
        public static final String REASON = "newer_checkpoint";

        @Override
        public ReleaseState state() {
            return ReleaseState.SUPERSEDED;
        }
    }

    /** Refused. */
    record Rejected(Candidate candidate, RejectReason reason, String detail, Map<String, Double> measurements)
            implements Release {
        @Override
        public ReleaseState state() {
            return ReleaseState.REJECTED;
        }
    }
}
