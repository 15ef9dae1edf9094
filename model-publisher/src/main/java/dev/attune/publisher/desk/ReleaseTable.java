package dev.attune.publisher.desk;

import dev.attune.events.ReleaseChanged;
import dev.attune.events.ReleaseState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Releases as people read them in a terminal. */
final class ReleaseTable {

    private static final String ROW = "%-3s %-22s %-12s %-8s %s";

    private final ReleaseBoard board;
    private final Instant now;

    ReleaseTable(ReleaseBoard board, Instant now) {
        this.board = board;
        this.now = now;
    }

    /** The newest releases, one a line; {@code ▶} is what users are answered with, {@code ◐} what some are. */
    String list(int most) {
        List<ReleaseChanged> newest = board.newest();
        if (newest.isEmpty()) {
            return "no release yet: users are answered with the base";
        }
        String rows = newest.stream().limit(most).map(this::row).collect(Collectors.joining("\n"));
        return ROW.formatted("", "VERSION", "STATE", "SINCE", "").stripTrailing() + "\n" + rows;
    }

    private String row(ReleaseChanged event) {
        boolean isCurrent = board.current().filter(event::equals).isPresent();
        boolean hasSomeUsers = event.getState() == ReleaseState.CANARY && !isInShadow(event);
        String mark = isCurrent ? "▶" : hasSomeUsers ? "◐" : "";
        return ROW.formatted(
                        mark,
                        event.getVersion(),
                        Instruction.name(event.getState()),
                        ago(event.getOccurredAt()),
                        remark(event))
                .stripTrailing();
    }

    /** One release: every state that it went through, and what was measured. */
    String show(String version) {
        List<ReleaseChanged> events = board.events(version);
        StringBuilder text = new StringBuilder(version).append('\n');
        for (ReleaseChanged event : events) {
            text.append("  %s  %-12s %s"
                            .formatted(event.getOccurredAt(), Instruction.name(event.getState()), remark(event))
                            .stripTrailing())
                    .append('\n');
        }
        events.stream()
                .filter(event -> !event.getMeasurements().isEmpty())
                .reduce((older, newer) -> newer)
                .map(ReleaseChanged::getMeasurements)
                .ifPresent(measurements -> text.append(measured(measurements)));
        return text.toString().stripTrailing();
    }

    private static String measured(Map<String, Double> measurements) {
        return measurements.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> String.format(Locale.ROOT, "    %-32s %.4g", entry.getKey(), entry.getValue()))
                .collect(Collectors.joining("\n"));
    }

    private static String remark(ReleaseChanged event) {
        String by = event.getBy().isEmpty() ? "" : " (" + event.getBy() + ")";
        return switch (event.getState()) {
            case CANARY ->
                isInShadow(event)
                        ? "asked in the shadow, serves nobody" + by
                        : "%.0f%% of users%s".formatted(100 * event.getCanaryShare(), by);
            case PROMOTED -> "after " + orBase(event.getPreviousVersion()) + by;
            case ROLLED_BACK ->
                event.getReason() + ", back to " + orBase(event.getPreviousVersion()) + ": " + event.getDetail();
            case REJECTED, SUPERSEDED -> event.getReason() + ": " + event.getDetail();
            case UNKNOWN, RECEIVED, VALIDATED, STORED, SIGNED, LOADING, LOADED, VERIFIED, DRAINING, RETIRED -> "";
        };
    }

    private static boolean isInShadow(ReleaseChanged canary) {
        return canary.getCanaryShare() == 0;
    }

    private static String orBase(@Nullable String version) {
        return version == null ? "the base" : version;
    }

    private String ago(Instant then) {
        Duration age = Duration.between(then, now);
        if (age.toSeconds() < 120) {
            return Math.max(0, age.toSeconds()) + " s";
        }
        if (age.toMinutes() < 120) {
            return age.toMinutes() + " min";
        }
        return age.toHours() < 48 ? age.toHours() + " h" : age.toDays() + " d";
    }
}
