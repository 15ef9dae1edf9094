package dev.attune.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.attune.embedded.FreePorts;
import dev.attune.ingest.gateway.telemetry.TelemetrySettings;
import dev.attune.schemas.Topics;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Traces and evaluations as a collector gets them, and trace headers as Kafka does. */
@ExtendWith(PlatformExtension.class)
class TelemetryTest {
    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String PARENT = "b7ad6b7169203331";
    private static final String TRACEPARENT = "00-" + TRACE + "-" + PARENT + "-01";

    @Test
    void spansAndEvaluationsReachTheCollectorAndKafkasParentIsTheProducersSpan(Platform platform) throws Exception {
        Topics topics = platform.createTopics(1);
        try (OtlpReceiver collector = new OtlpReceiver();
                Gateway gateway =
                        start(platform, topics, new TelemetrySettings(collector.endpoint() + "/", 1, 2048, true));
                Http http = ready(gateway)) {
            for (String judgement : List.of(
                    "\"kind\": \"thumb\", \"completionId\": \"c1\", \"thumb\": \"up\"",
                    "\"kind\": \"thumb\", \"completionId\": \"c2\", \"thumb\": \"down\"",
                    "\"kind\": \"thumb\", \"completionId\": \"c3\", \"thumb\": \"cleared\"",
                    "\"kind\": \"pick\", \"pick\": \"chosen\", \"chosenCompletionId\": \"c4\", \"rejectedCompletionId\": \"c5\"",
                    "\"kind\": \"pick\", \"pick\": \"tie\", \"chosenCompletionId\": \"c6\", \"rejectedCompletionId\": \"c7\"",
                    "\"kind\": \"edit\", \"completionId\": \"c8\", \"editedText\": \"people's words\"",
                    "\"kind\": \"regenerate\", \"completionId\": \"c9\"",
                    "\"kind\": \"retraction\", \"retractedEventId\": \"0190d1f2-3c4b-7a5d-8e6f-0123456789ab\"")) {
                assertThat(post(http, judgement, TRACEPARENT).status()).isEqualTo(202);
            }

            await().atMost(BOUND)
                    .until(() ->
                            collector.logs().size() == 10 && collector.spans().size() == 16);

            assertThat(collector.logs().stream().map(TelemetryTest::shown))
                    .containsExactlyInAnyOrder(
                            "thumb up 1.0 c1",
                            "thumb down 0.0 c2",
                            "thumb cleared - c3",
                            "pick chosen 1.0 c4",
                            "pick rejected 0.0 c5",
                            "pick tie 0.5 c6",
                            "pick tie 0.5 c7",
                            "edit edited - c8",
                            "regenerate regenerated - c9",
                            "retraction retracted - -");
            assertThat(collector.logs()).allSatisfy(log -> {
                assertThat(log.getEventName()).isEqualTo("gen_ai.evaluation.result");
                assertThat(hex(log.getTraceId())).isEqualTo(TRACE);
                assertThat(hex(log.getSpanId())).isEqualTo(PARENT);
            });
            assertThat(collector.everything()).doesNotContain("words").doesNotContain("jane");
            Span send = collector.spans().stream()
                    .filter(span -> span.getKind() == Span.SpanKind.SPAN_KIND_PRODUCER)
                    .findFirst()
                    .orElseThrow();
            assertThat(OtlpReceiver.attributes(send.getAttributesList()))
                    .containsEntry("messaging.system", "kafka")
                    .containsEntry(
                            "messaging.destination.name", topics.feedback().name())
                    .containsEntry("messaging.operation.type", "send");
            List<Span> requests = collector.spans().stream()
                    .filter(span -> span.getKind() == Span.SpanKind.SPAN_KIND_SERVER)
                    .toList();
            assertThat(requests).allSatisfy(span -> {
                assertThat(hex(span.getParentSpanId())).isEqualTo(PARENT);
                assertThat(OtlpReceiver.attributes(span.getAttributesList()))
                        .containsEntry("http.response.status_code", "202");
            });
            assertThat(requests).extracting(span -> hex(span.getSpanId())).contains(hex(send.getParentSpanId()));
            List<String> producers = collector.spans().stream()
                    .filter(span -> span.getKind() == Span.SpanKind.SPAN_KIND_PRODUCER)
                    .map(span -> "00-" + TRACE + "-" + hex(span.getSpanId()) + "-01")
                    .toList();
            assertThat(platform.readAll(topics.feedback()).stream().map(record -> header(record, "traceparent")))
                    .containsExactlyInAnyOrderElementsOf(producers);
        }
    }

    @Test
    void withoutACollectorTheHeadersGoOnAsTheyCame(Platform platform) throws Exception {
        Topics topics = platform.createTopics(1);
        try (Gateway gateway = start(platform, topics, TelemetrySettings.OFF);
                Http http = ready(gateway)) {
            post(http, "\"kind\": \"regenerate\", \"completionId\": \"c1\"", TRACEPARENT);

            ConsumerRecord<String, ?> record =
                    platform.readAll(topics.feedback()).getFirst();
            assertThat(header(record, "traceparent")).isEqualTo(TRACEPARENT);
            assertThat(header(record, "tracestate")).isEqualTo("vendor=value");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "garbage",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more"
            })
    void aMalformedTraceparentIsAsIfItWereNotThere(String traceparent, Platform platform) throws Exception {
        Topics topics = platform.createTopics(1);
        try (Gateway gateway = start(platform, topics, TelemetrySettings.OFF);
                Http http = ready(gateway)) {
            assertThat(post(http, "\"kind\": \"regenerate\", \"completionId\": \"c1\"", traceparent)
                            .status())
                    .isEqualTo(202);

            assertThat(platform.readAll(topics.feedback()).getFirst().headers()).isEmpty();
        }
    }

    @Test
    void aCollectorThatIsAwayIsCountedAndNothingElse(Platform platform) throws Exception {
        Topics topics = platform.createTopics(1);
        String nobody = "http://127.0.0.1:" + FreePorts.one();
        try (Gateway gateway = start(platform, topics, new TelemetrySettings(nobody, 1, 64, true));
                Http http = ready(gateway)) {
            for (int i = 0; i < 200; i++) {
                assertThat(post(http, "\"kind\": \"regenerate\", \"completionId\": \"c1\"", TRACEPARENT)
                                .status())
                        .isEqualTo(202);
            }

            await().atMost(Duration.ofSeconds(60))
                    .until(() -> http.get("/metrics").text().contains("attune_gateway_telemetry_lost_total{"));
        }
    }

    private static Gateway start(Platform platform, Topics topics, TelemetrySettings telemetry) {
        GatewayConfig config = TestConfigs.config(platform, topics);
        return Gateway.start(new GatewayConfig(
                config.http(),
                config.kafka(),
                config.schemaRegistry(),
                config.topicPrefix(),
                config.modelId(),
                config.tenants(),
                config.access(),
                config.limits(),
                config.acknowledgementTimeout(),
                config.maxInFlightBytes(),
                config.status(),
                config.apiDocuments(),
                telemetry));
    }

    private static Http ready(Gateway gateway) {
        Http http = new Http(gateway.port());
        await().atMost(BOUND).until(() -> http.get("/health/ready").status() == 200);
        return http;
    }

    private static Http.Answer post(Http http, String judgement, String traceparent) {
        String body = "{\"turnId\": \"t1\", \"userId\": \"jane\", " + judgement + "}";
        return http.post(
                "/v1/feedback",
                body.getBytes(StandardCharsets.UTF_8),
                Map.of("traceparent", traceparent, "tracestate", "vendor=value"));
    }

    private static String shown(LogRecord log) {
        Map<String, String> attributes = OtlpReceiver.attributes(log.getAttributesList());
        return attributes.get("gen_ai.evaluation.name") + " " + attributes.get("gen_ai.evaluation.score.label") + " "
                + attributes.getOrDefault("gen_ai.evaluation.score.value", "-") + " "
                + attributes.getOrDefault("gen_ai.response.id", "-");
    }

    private static String header(ConsumerRecord<String, ?> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.US_ASCII);
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }
}
