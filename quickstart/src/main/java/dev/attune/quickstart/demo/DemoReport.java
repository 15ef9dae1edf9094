package dev.attune.quickstart.demo;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What the demo measured.
 *
 * @param events completions and feedback that the gateway acknowledged
 * @param pairs active preference pairs at the end
 * @param steps training steps inside committed checkpoints
 * @param winRateBefore share of held-out questions whose answer pleases, asked of the base through serving
 * @param winRateAfter the same, asked of the version that is served at the end
 * @param klToBase nats, estimated on served answers
 * @param servedModel the name under which serving answers
 */
@JsonPropertyOrder(alphabetic = false)
record DemoReport(
        long events,
        long pairs,
        long deadLetters,
        long steps,
        int versionsReleased,
        double winRateBefore,
        double winRateAfter,
        double wellFormedBefore,
        double wellFormedAfter,
        double klToBase,
        Percentiles feedbackToServedSeconds,
        String servedModel,
        double wallSeconds) {

    /** Of the seconds from feedback to the served model that learned from it. */
    record Percentiles(double p50, double p95) {}

    void write(Path file) throws IOException {
        JsonHttp.JSON.writer().with(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), this);
    }
}
