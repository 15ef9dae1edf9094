package dev.attune.quickstart.bench.pairing;

import dev.attune.events.CompletionServed;
import dev.attune.events.FeedbackGiven;
import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;

/** One event of the load. Its times are set when it is sent. */
sealed interface Load {
    String key();

    SpecificRecord at(Instant now);

    record Completion(String key, CompletionServed event) implements Load {
        @Override
        public SpecificRecord at(Instant now) {
            return CompletionServed.newBuilder(event)
                    .setOccurredAt(now)
                    .setReceivedAt(now)
                    .build();
        }
    }

    record Feedback(String key, FeedbackGiven event) implements Load {
        @Override
        public SpecificRecord at(Instant now) {
            return FeedbackGiven.newBuilder(event)
                    .setOccurredAt(now)
                    .setReceivedAt(now)
                    .build();
        }
    }
}
