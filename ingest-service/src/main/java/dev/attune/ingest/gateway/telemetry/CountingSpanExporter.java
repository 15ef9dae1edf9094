package dev.attune.ingest.gateway.telemetry;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;

/** Counts the spans that the collector did not take. */
record CountingSpanExporter(SpanExporter exporter, LostSignals lost) implements SpanExporter {
    @Override
    public CompletableResultCode export(Collection<SpanData> batch) {
        int size = batch.size();
        CompletableResultCode result = exporter.export(batch);
        return result.whenComplete(() -> {
            if (!result.isSuccess()) {
                lost.lost("traces", size);
            }
        });
    }

    @Override
    public CompletableResultCode flush() {
        return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return exporter.shutdown();
    }
}
