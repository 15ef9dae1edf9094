package dev.attune.publisher.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
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
        assertThatThrownBy(() -> stop.await(CompletableFuture.completedFuture("late"), Duration.ofSeconds(5)))
                .isInstanceOf(StoppedException.class);

        stop.clear();
        assertThatCode(stop::check).doesNotThrowAnyException();
        assertThat(stop.await(CompletableFuture.completedFuture("answer"), Duration.ofSeconds(5)))
                .isEqualTo("answer");
        assertThat(stop.isRequested()).isFalse();

        stop.request();
        stop.clear();
        assertThatThrownBy(stop::check).isInstanceOf(StoppedException.class);
        assertThat(stop.isRequested()).isTrue();
    }

    @Test
    void aCallThatHasNoEndIsCancelled() {
        CompletableFuture<String> call = new CompletableFuture<>();

        assertThatThrownBy(() -> stop.await(call, Duration.ofMillis(50))).isInstanceOf(TimeoutException.class);
        assertThat(call).isCancelled();
    }

    private void awaitUnchecked(CompletableFuture<String> call) {
        try {
            stop.await(call, Duration.ofSeconds(20));
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }
}
