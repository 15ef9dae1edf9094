package dev.attune.ingest.gateway.telemetry;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import java.util.Collection;

/** Counts the evaluations that the collector did not take. */
record CountingLogExporter(LogRecordExporter exporter, LostSignals lost) implements LogRecordExporter {
    @Override
    public CompletableResultCode export(Collection<LogRecordData> batch) {
        int size = batch.size();
        CompletableResultCode result = exporter.export(batch);
        return result.whenComplete(() -> {
            if (!result.isSuccess()) {
                lost.lost("logs", size);
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
