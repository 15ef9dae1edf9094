package dev.attune.publisher.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class StopSignalTest {

    private static final Duration BOUND = Duration.ofSeconds(10);

    private final StopSignal stop = new StopSignal();

    @Test
    void anInterruptEndsACallAndAWaitThatAreUnderWay() {
        CompletableFuture<String> call = new CompletableFuture<>();
        CompletableFuture<Void> calling = CompletableFuture.runAsync(() -> awaitUnchecked(call));
        CompletableFuture<Void> pausing = CompletableFuture.runAsync(() -> stop.pause(Duration.ofHours(1)));

        stop.interrupt();

        await().atMost(BOUND).until(() -> calling.isDone() && pausing.isDone());
        assertThatThrownBy(calling::join).hasCauseInstanceOf(StoppedException.class);
        assertThatThrownBy(pausing::join).hasCauseInstanceOf(StoppedException.class);
        assertThat(call).isCancelled();
    }

    @Test
    void anInterruptHoldsUntilItIsHeardAndAStopForEver() throws Exception {
        stop.interrupt();
        assertThatThrownBy(stop::check).isInstanceOf(StoppedException.class);
        assertThatThrownBy(() -> stop.await(CompletableFuture.completedFuture("late")))
                .isInstanceOf(StoppedException.class);

        stop.clear();
        assertThatCode(stop::check).doesNotThrowAnyException();
        assertThat(stop.await(CompletableFuture.completedFuture("answer"))).isEqualTo("answer");
        assertThat(stop.isRequested()).isFalse();

        stop.request();
        stop.clear();
        assertThatThrownBy(stop::check).isInstanceOf(StoppedException.class);
        assertThat(stop.isRequested()).isTrue();
    }

    private void awaitUnchecked(CompletableFuture<String> call) {
        try {
            stop.await(call);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
