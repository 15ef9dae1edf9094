package dev.attune.ingest.gateway.route;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.attune.ingest.gateway.event.Receipt;
import dev.attune.ingest.gateway.problem.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a request that was understood is answered. */
sealed interface Answer {
    default int status() {
        return switch (this) {
            case Accepted _ -> 202;
            case Items _ -> 200;
        };
    }

    /** A single event is stored. */
    record Accepted(Receipt receipt) implements Answer {}

    /** What became of each item of a batch, in its order. */
    record Items(List<Item> items) implements Answer {
        /** Whether a part of it may succeed a little later. */
        @JsonIgnore
        boolean hasTemporary() {
            return items.stream().anyMatch(item -> item.status() == 429 || item.status() == 503);
        }
    }

    /**
     * One item: stored, or refused.
     *
     * @param status as if it had been sent alone
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Item(
            int status, @Nullable Receipt receipt, @Nullable Problem problem) {
        static Item of(Receipt receipt) {
            return new Item(202, receipt, null);
        }

        static Item of(Problem problem) {
            return new Item(problem.status(), null, problem);
        }
    }
}
