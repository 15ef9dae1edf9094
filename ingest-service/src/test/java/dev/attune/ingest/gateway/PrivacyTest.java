package dev.attune.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.attune.ingest.gateway.access.TenantSettings;
import dev.attune.ingest.gateway.privacy.Kind;
import dev.attune.ingest.gateway.privacy.RedactionSettings;
import dev.attune.ingest.gateway.telemetry.TelemetrySettings;
import dev.attune.schemas.Topics;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

/** Marked texts, users and keys through every route, also into errors: they are where they belong and nowhere else. */
@ExtendWith(PlatformExtension.class)
class PrivacyTest {
    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final String TEXT = "MARKEDTEXT";
    private static final String USER = "MARKEDUSER";
    private static final String KEY = "MARKEDKEY-0123456789";
    private static final String MAIL = "jane.marked@example.org";

    private final List<String> answers = new ArrayList<>();

    @Test
    void whatPeopleWroteIsOnlyInTheRecordsTexts(Platform platform) throws Exception {
        Topics topics = platform.createTopics(1);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger root = (Logger) LoggerFactory.getLogger("ROOT");
        Logger ours = (Logger) LoggerFactory.getLogger("dev.attune");
        log.start();
        root.addAppender(log);
        ours.setLevel(Level.DEBUG);
        String metrics;
        String exported;
        try (OtlpReceiver collector = new OtlpReceiver();
                Gateway gateway = Gateway.start(config(platform, topics, collector.endpoint()));
                Http http = new Http(gateway.port())) {
            await().atMost(BOUND).until(() -> http.get("/health/ready").status() == 200);

            sendEverything(http);

            await().atMost(BOUND)
                    .until(() ->
                            !collector.logs().isEmpty() && collector.spans().size() >= 5);
            metrics = http.get("/metrics").text();
            exported = collector.everything();
        } finally {
            ours.setLevel(null);
            root.detachAppender(log);
        }

        StringBuilder logged = new StringBuilder();
        for (ILoggingEvent event : List.copyOf(log.list)) {
            logged.append(event.getFormattedMessage())
                    .append(event.getThrowableProxy())
                    .append('\n');
        }
        List<ConsumerRecord<String, ?>> records = new ArrayList<>();
        records.addAll(platform.readAll(topics.completions()));
        records.addAll(platform.readAll(topics.feedback()));
        assertThat(records).hasSize(5);
        for (ConsumerRecord<String, ?> record : records) {
            StringBuilder outside = new StringBuilder(record.key());
            record.headers()
                    .forEach(header ->
                            outside.append(header.key()).append(new String(header.value(), StandardCharsets.UTF_8)));
            assertNothingMarkedIn("a key or header", outside.toString());
            assertThat(record.value().toString()).doesNotContain(USER, KEY, MAIL);
        }
        assertThat(records.toString()).contains(TEXT, "[EMAIL]");
        assertNothingMarkedIn("the log", logged.toString());
        assertNothingMarkedIn("the metrics", metrics);
        assertNothingMarkedIn("what is exported", exported);
        assertNothingMarkedIn("the answers", String.join("\n", answers));
        assertThat(metrics).contains("attune_gateway_redactions_total{kind=\"email\",service=\"gateway\"} 6.0");
    }

    private void sendEverything(Http http) {
        String messages = "\"messages\": [{\"role\": \"user\", \"content\": \"" + TEXT + " " + MAIL + "\"}]";
        String completion = "{\"completionId\": \"c1\", \"userId\": \"" + USER + "\", " + messages + ", \"text\": \""
                + TEXT + " " + MAIL + "\"}";
        String feedback = "{\"kind\": \"edit\", \"turnId\": \"t1\", \"completionId\": \"c1\", \"userId\": \"" + USER
                + "\", \"editedText\": \"" + TEXT + " " + MAIL + "\"}";
        post(http, "/v1/completions", completion, KEY);
        post(http, "/v1/feedback", feedback, KEY);
        post(
                http,
                "/v1/batch",
                "{\"items\": [{\"completion\": " + completion + "}, {\"feedback\": " + feedback + "}]}",
                KEY);
        post(
                http,
                "/v1/feedback",
                feedback.replace(
                                "\"edit\"",
                                "\"retraction\", \"retractedEventId\": \"0190d1f2-3c4b-7a5d-8e6f-0123456789ab\"")
                        .replaceAll(", \"(completionId|editedText)\": \"[^\"]*\"", ""),
                KEY);
        // And everything that is refused
        post(http, "/v1/completions", completion.replace("}", ", \"more\": 1}"), KEY);
        post(http, "/v1/completions", completion.substring(0, completion.length() - 3), KEY);
        post(http, "/v1/completions", completion.replace("\"role\": \"user\"", "\"role\": \"" + TEXT + "\""), KEY);
        post(http, "/v1/feedback", feedback.replace("\"t1\"", "17"), KEY);
        post(http, "/v1/feedback", feedback, KEY + "-wrong");
        post(http, "/v1/nowhere", feedback, KEY);
        answers.add(http.get("/v1/feedback").text());
    }

    private void post(Http http, String path, String body, String key) {
        answers.add(http.post(path, body.getBytes(StandardCharsets.UTF_8), Map.of("Authorization", "Bearer " + key))
                .text());
    }

    private static void assertNothingMarkedIn(String where, String text) {
        assertThat(text).as(where).doesNotContain("MARKED", "jane.marked");
    }

    private static GatewayConfig config(Platform platform, Topics topics, String collector) {
        GatewayConfig config = TestConfigs.config(platform, topics);
        TenantSettings tenant = new TenantSettings(
                "demo", List.of(KEY), TestConfigs.SECRET, new RedactionSettings(List.of(Kind.EMAIL), ""));
        return new GatewayConfig(
                config.http(),
                config.kafka(),
                config.schemaRegistry(),
                config.topicPrefix(),
                config.modelId(),
                List.of(tenant),
                config.access(),
                config.limits(),
                config.acknowledgementTimeout(),
                config.maxInFlightBytes(),
                config.status(),
                config.apiDocuments(),
                new TelemetrySettings(collector, 1, 2048, true));
    }
}
