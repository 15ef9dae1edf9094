package dev.attune.ingest.gateway.telemetry;

import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * The trace that a request belongs to, where it has one.
 *
 * @param incoming as the caller said
 * @param current the gateway's own span in it, or the same where nothing is exported
 */
public record Trace(Context incoming, Context current) {

    private static final TextMapGetter<Function<String, Optional<String>>> HEADERS =
            (headers, name) -> headers == null ? null : headers.apply(name).orElse(null);

    /** Of {@code traceparent} and {@code tracestate}; malformed ones are as if they were not there (W3C Trace Context). */
    public static Trace of(Function<String, Optional<String>> headers) {
        Context incoming = W3CTraceContextPropagator.getInstance().extract(Context.root(), headers, HEADERS);
        return new Trace(incoming, incoming);
    }

    /** The same two headers of a Kafka record; none outside of a trace. */
    static List<Header> headers(Context context) {
        List<Header> headers = new ArrayList<>();
        W3CTraceContextPropagator.getInstance().inject(context, headers, (into, name, value) -> {
            if (into != null) {
                into.add(new RecordHeader(name, value.getBytes(StandardCharsets.US_ASCII)));
            }
        });
        return headers;
    }
}
