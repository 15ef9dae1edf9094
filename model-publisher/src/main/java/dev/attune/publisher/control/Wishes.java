package dev.attune.publisher.control;

import dev.attune.events.ReleaseCommand;
import dev.attune.events.ReleaseControl;
import dev.attune.schemas.TopicReader;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What people said of one model's releases, the newest of each version and of the whole. Safe for several threads. */
public final class Wishes {

    private final Map<String, Wish> byVersion = new ConcurrentHashMap<>();
    private volatile @Nullable Wish pause;

    /**
     * What one person wants.
     *
     * @param command of what is wanted
     * @param detail why, in the person's words; may be empty
     * @param by who said so
     * @param at when
     */
    public record Wish(ReleaseCommand command, String detail, String by, Instant at) {

        private Wish(ReleaseControl control) {
            this(control.getCommand(), control.getDetail(), control.getBy(), control.getOccurredAt());
        }

        /** For the release's event: who, and why where it was said. */
        public String sentence() {
            return "by " + by + (detail.isBlank() ? "" : ": " + detail);
        }
    }

    /** All that was said until now. The reader is closed. */
    public static Wishes readAll(TopicReader<ReleaseControl> reader, String tenant, String modelId) {
        Wishes wishes = new Wishes();
        try (reader) {
            reader.readToEnd(control -> {
                if (control.getTenant().equals(tenant) && control.getModelId().equals(modelId)) {
                    wishes.apply(control);
                }
            });
        }
        return wishes;
    }

    /** @throws IllegalArgumentException if the record makes no sense */
    public void apply(ReleaseControl control) {
        switch (control.getCommand()) {
            case PAUSE -> pause = new Wish(control);
            case RESUME -> pause = null;
            case APPROVE, PROMOTE, REJECT, ROLL_BACK -> {
                if (control.getVersion() == null) {
                    throw new IllegalArgumentException(control.getCommand() + " names no version");
                }
                byVersion.put(control.getVersion(), new Wish(control));
            }
            case UNKNOWN -> throw new IllegalArgumentException("a command that this publisher does not know");
        }
    }

    /** Why nothing is released, where a person paused it. */
    public Optional<Wish> pause() {
        return Optional.ofNullable(pause);
    }

    /** What somebody wants of a version, where it is one of these. */
    public Optional<Wish> of(String version, ReleaseCommand... commands) {
        Wish wish = byVersion.get(version);
        for (ReleaseCommand command : commands) {
            if (wish != null && wish.command() == command) {
                return Optional.of(wish);
            }
        }
        return Optional.empty();
    }
}
