package dev.attune.ingest.gateway.telemetry;

import dev.attune.events.FeedbackGiven;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Spans of requests and of what they send to Kafka, and feedback as evaluations. Nothing waits for the collector: what does not fit
 * its queue is dropped, and what it does not take is counted.
 */
public final class Telemetry implements AutoCloseable {
    private static final String SCOPE = "dev.attune.gateway";
    private static final Duration EXPORT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration BATCH_DELAY = Duration.ofSeconds(1);
    private static final int CLOSE_SECONDS = 2;
    private static final int SERVER_ERROR = 500;

    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
    private static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
    private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system");
    private static final AttributeKey<String> DESTINATION = AttributeKey.stringKey("messaging.destination.name");
    private static final AttributeKey<String> OPERATION = AttributeKey.stringKey("messaging.operation.name");
    private static final AttributeKey<String> OPERATION_TYPE = AttributeKey.stringKey("messaging.operation.type");
    private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

    private final Tracer tracer;
    private final @Nullable Logger evaluations;
    private final List<AutoCloseable> providers;

    private Telemetry(Tracer tracer, @Nullable Logger evaluations, List<AutoCloseable> providers) {
        this.tracer = tracer;
        this.evaluations = evaluations;
        this.providers = providers;
    }

    /** @param lost is told how many spans or evaluations the collector did not take */
    public static Telemetry start(TelemetrySettings settings, LostSignals lost) {
        if (!settings.isOn()) {
            return new Telemetry(TracerProvider.noop().get(SCOPE), null, List.of());
        }
        Resource resource = Resource.getDefault().toBuilder()
                .put("service.name", "attune-gateway")
                .build();
        SdkTracerProvider tracers = SdkTracerProvider.builder()
                .setResource(resource)
                .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(settings.sampleRatio())))
                .addSpanProcessor(BatchSpanProcessor.builder(new CountingSpanExporter(
                                OtlpHttpSpanExporter.builder()
                                        .setEndpoint(settings.otlpEndpoint() + "/v1/traces")
                                        .setTimeout(EXPORT_TIMEOUT)
                                        .build(),
                                lost))
                        .setMaxQueueSize(settings.queueSize())
                        .setMaxExportBatchSize(Math.min(512, settings.queueSize()))
                        .setScheduleDelay(BATCH_DELAY)
                        .build())
                .build();
        if (!settings.evaluations()) {
            return new Telemetry(tracers.get(SCOPE), null, List.of(tracers));
        }
        SdkLoggerProvider loggers = SdkLoggerProvider.builder()
                .setResource(resource)
                .addLogRecordProcessor(BatchLogRecordProcessor.builder(new CountingLogExporter(
                                OtlpHttpLogRecordExporter.builder()
                                        .setEndpoint(settings.otlpEndpoint() + "/v1/logs")
                                        .setTimeout(EXPORT_TIMEOUT)
                                        .build(),
                                lost))
                        .setMaxQueueSize(settings.queueSize())
                        .setMaxExportBatchSize(Math.min(512, settings.queueSize()))
                        .setScheduleDelay(BATCH_DELAY)
                        .build())
                .build();
        return new Telemetry(tracers.get(SCOPE), loggers.get(SCOPE), List.of(tracers, loggers));
    }

    /** Begins the span of a request. */
    public Trace request(String route, Function<String, Optional<String>> headers) {
        Context incoming = Trace.of(headers).incoming();
        String path = "/v1/" + route;
        Span span = tracer.spanBuilder("POST " + path)
                .setParent(incoming)
                .setSpanKind(SpanKind.SERVER)
                .setAttribute(METHOD, "POST")
                .setAttribute(ROUTE, path)
                .startSpan();
        return new Trace(incoming, incoming.with(span));
    }

    /** Ends it. */
    public void answered(Trace trace, int status) {
        Span span = Span.fromContext(trace.current());
        if (span.isRecording()) {
            span.setAttribute(STATUS, (long) status);
            if (status >= SERVER_ERROR) {
                span.setStatus(StatusCode.ERROR);
            }
            span.end();
        }
    }

    /** Begins the span of a record on its way. */
    public Sending sending(String topic, Trace trace, SpecificRecord value) {
        Span span = tracer.spanBuilder("send " + topic)
                .setParent(trace.current())
                .setSpanKind(SpanKind.PRODUCER)
                .setAttribute(SYSTEM, "kafka")
                .setAttribute(DESTINATION, topic)
                .setAttribute(OPERATION, "send")
                .setAttribute(OPERATION_TYPE, "send")
                .startSpan();
        boolean judges = evaluations != null && value instanceof FeedbackGiven;
        Instant at = judges ? ((FeedbackGiven) value).getOccurredAt() : Instant.EPOCH;
        List<Evaluation> judgements = judges ? Evaluation.of((FeedbackGiven) value) : List.of();
        return new Sending(span, trace, at, judgements);
    }

    /** A record on its way. It holds nothing of the record but ids. */
    public final class Sending {
        private final Span span;
        private final Trace trace;
        private final Instant at;
        private final List<Evaluation> judgements;

        private Sending(Span span, Trace trace, Instant at, List<Evaluation> judgements) {
            this.span = span;
            this.trace = trace;
            this.at = at;
            this.judgements = judgements;
        }

        /** What its readers learn of the trace. */
        public List<Header> headers() {
            return Trace.headers(trace.current().with(span));
        }

        /** @param failure null where it is stored */
        public void ended(@Nullable Throwable failure) {
            if (failure != null) {
                span.setAttribute(ERROR, failure.getClass().getName());
                span.setStatus(StatusCode.ERROR);
            } else if (evaluations != null) {
                for (Evaluation judgement : judgements) {
                    evaluations
                            .logRecordBuilder()
                            .setEventName(Evaluation.EVENT_NAME)
                            .setTimestamp(at)
                            .setContext(trace.incoming())
                            .setAllAttributes(judgement.attributes())
                            .emit();
                }
            }
            span.end();
        }
    }

    @Override
    public void close() {
        for (AutoCloseable provider : providers) {
            switch (provider) {
                case SdkTracerProvider tracers -> tracers.shutdown().join(CLOSE_SECONDS, TimeUnit.SECONDS);
                case SdkLoggerProvider loggers -> loggers.shutdown().join(CLOSE_SECONDS, TimeUnit.SECONDS);
                default -> throw new IllegalStateException("no provider of ours");
            }
        }
    }
}
