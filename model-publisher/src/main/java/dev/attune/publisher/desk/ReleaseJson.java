package dev.attune.publisher.desk;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.attune.events.ReleaseChanged;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A release as the HTTP API shows it.
 *
 * @param servedName the model name under which serving answers with it
 * @param since when it came into this state, ISO 8601
 * @param canaryShare share of the users, where it is a canary
 * @param previousVersion as its newest event says; null for the base
 */
@JsonInclude(Include.NON_EMPTY)
record ReleaseJson(
        @JsonProperty String version,
        @JsonProperty String servedName,
        @JsonProperty String state,
        @JsonProperty String since,
        @JsonProperty @Nullable Double canaryShare,
        @JsonProperty @Nullable String previousVersion,
        @JsonProperty String reason,
        @JsonProperty String detail,
        @JsonProperty String by,
        @JsonProperty List<String> replicas,
        @JsonProperty Map<String, Double> measurements) {

    static ReleaseJson of(ReleaseChanged event) {
        return new ReleaseJson(
                event.getVersion(),
                event.getServedName(),
                event.getState().name().toLowerCase(Locale.ROOT),
                event.getOccurredAt().toString(),
                event.getCanaryShare() == 0 ? null : event.getCanaryShare(),
                event.getPreviousVersion(),
                event.getReason(),
                event.getDetail(),
                event.getBy(),
                event.getReplicas(),
                new TreeMap<>(event.getMeasurements()));
    }
}
