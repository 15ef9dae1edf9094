package dev.attune.ingest.gateway.telemetry;

/** Is told what the collector did not take. */
@FunctionalInterface
public interface LostSignals {
    /** @param signal traces or logs */
    void lost(String signal, int count);
}
