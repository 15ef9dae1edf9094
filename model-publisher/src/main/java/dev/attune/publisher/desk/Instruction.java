package dev.attune.publisher.desk;

import dev.attune.events.ReleaseChanged;
import dev.attune.events.ReleaseCommand;
import dev.attune.events.ReleaseState;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Which command makes sense in which state. The publisher decides in the end: a state may change in the same moment. */
final class Instruction {

    private static final Set<ReleaseState> BEFORE_USERS = EnumSet.of(
            ReleaseState.RECEIVED,
            ReleaseState.VALIDATED,
            ReleaseState.STORED,
            ReleaseState.SIGNED,
            ReleaseState.LOADING,
            ReleaseState.LOADED,
            ReleaseState.VERIFIED);

    private Instruction() {}

    /** Why the command would change nothing; empty where it does something. */
    static Optional<String> objection(ReleaseCommand command, ReleaseChanged newest) {
        ReleaseState state = newest.getState();
        boolean fits = switch (command) {
            case APPROVE -> BEFORE_USERS.contains(state);
            case PROMOTE -> BEFORE_USERS.contains(state) || state == ReleaseState.CANARY;
            case REJECT -> BEFORE_USERS.contains(state) || state == ReleaseState.CANARY;
            case ROLL_BACK -> state == ReleaseState.CANARY || state == ReleaseState.PROMOTED;
            case PAUSE, RESUME, UNKNOWN -> throw new IllegalArgumentException(command + " is not about a version");
        };
        return fits
                ? Optional.empty()
                : Optional.of(newest.getVersion() + " is " + name(state) + ": " + remedy(command));
    }

    private static String remedy(ReleaseCommand command) {
        return switch (command) {
            case APPROVE -> "only what no user has been answered with yet can be approved";
            case PROMOTE -> "only what is on its way, or a canary, can be promoted";
            case REJECT -> "only what is on its way, or a canary, can be rejected";
            case ROLL_BACK -> "only what users are answered with can be rolled back";
            case PAUSE, RESUME, UNKNOWN -> "";
        };
    }

    /** As people read it. */
    static String name(ReleaseState state) {
        return state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
