package dev.attune.ingest.gateway.telemetry;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;
import java.net.URI;

/** What is exported over OTLP. Trace headers go on to Kafka also without it. */
public record TelemetrySettings(
        @Setting(
                value =
                        "The collector's OTLP/HTTP address, for example http://collector:4318; /v1/traces and /v1/logs are put behind"
                                + " it. Nothing is exported without it.",
                byDefault = "''")
        String otlpEndpoint,

        @Setting(
                value = "The share of requests without a sampled parent that are traced, from 0 to 1.",
                byDefault = "1.0")
        double sampleRatio,

        @Setting(
                value = "How many spans, and how many evaluations, may wait for the collector; more are dropped.",
                byDefault = "2048")
        int queueSize,

        @Setting(
                value = "Whether stored feedback is also exported as the event gen_ai.evaluation.result.",
                byDefault = "false")
        boolean evaluations) {

    public static final TelemetrySettings OFF = new TelemetrySettings("", 1, 2048, false);
    private static final int LEAST_QUEUE = 64;
    private static final int MOST_QUEUE = 1 << 20;

    public TelemetrySettings {
        Checks.that(
                otlpEndpoint.isEmpty() || isHttp(otlpEndpoint),
                "otlpEndpoint",
                "must be an http or https address with a host, such as http://collector:4318");
        Checks.between("sampleRatio", sampleRatio, 0, 1);
        Checks.between("queueSize", queueSize, LEAST_QUEUE, MOST_QUEUE);
        Checks.that(
                !evaluations || !otlpEndpoint.isEmpty(),
                "evaluations",
                "go to otlpEndpoint, which has to be set for them");
        otlpEndpoint = otlpEndpoint.endsWith("/") ? otlpEndpoint.substring(0, otlpEndpoint.length() - 1) : otlpEndpoint;
    }

    boolean isOn() {
        return !otlpEndpoint.isEmpty();
    }

    private static boolean isHttp(String address) {
        try {
            URI uri = URI.create(address);
            return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme())) && uri.getHost() != null;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
