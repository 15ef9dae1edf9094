package dev.attune.ingest.gateway.status;

import dev.attune.events.FeedbackStatus;
import dev.attune.ingest.gateway.problem.Reason;
import dev.attune.ingest.gateway.problem.Rejected;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.Topics;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the gateway knows of events' fates: a copy of their statuses, and which versions serve. */
public final class StatusView implements AutoCloseable {
    private final @Nullable StatusTable statuses;
    private final @Nullable VersionsReader versions;

    private StatusView(@Nullable StatusTable statuses, @Nullable VersionsReader versions) {
        this.statuses = statuses;
        this.versions = versions;
    }

    /**
     * Begins to read in the background, where a folder is configured.
     *
     * @param kafka settings of a client
     */
    public static StatusView open(
            StatusSettings settings, Map<String, Object> kafka, AvroSerdes serdes, Topics topics) {
        Path directory = settings.directory();
        return directory == null
                ? new StatusView(null, null)
                : new StatusView(
                        new StatusTable(directory, settings.storeMegabytes(), kafka, serdes, topics.feedbackStatus()),
                        new VersionsReader(kafka, serdes, topics));
    }

    /**
     * @return empty: nothing is known of the event
     * @throws Rejected where nothing is kept, or not all is read yet
     */
    Optional<FeedbackAnswer> find(String tenant, String eventId) {
        if (statuses == null || versions == null) {
            throw new Rejected(
                    Reason.STATUS_OFF,
                    "this gateway keeps no statuses: its operator has to set status.directory, and to run the role status");
        }
        Optional<FeedbackStatus> status = statuses.get(Topics.key(tenant, eventId));
        Versions serving = versions.versions().orElseThrow(StatusTable::notReady);
        return status.map(found -> FeedbackAnswer.of(found, serving));
    }

    @Override
    public void close() {
        if (statuses != null) {
            statuses.close();
        }
        if (versions != null) {
            versions.close();
        }
    }
}
