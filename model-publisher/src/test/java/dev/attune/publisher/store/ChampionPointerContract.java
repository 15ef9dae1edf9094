package dev.attune.publisher.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.publisher.release.FencedException;
import dev.attune.publisher.store.pointer.Champion;
import dev.attune.publisher.store.pointer.Champion.Canary;
import dev.attune.publisher.store.pointer.Champion.Version;
import dev.attune.publisher.store.pointer.ChampionPointer;
import dev.attune.publisher.store.pointer.PointerRegister;
import dev.attune.publisher.store.pointer.PointerRegister.Entry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the pointer keeps to, wherever it lies. */
abstract class ChampionPointerContract {

    private static final Version ONE =
            new Version("v000001-aaaaaaaaaaaa", "support-v000001-aaaaaaaaaaaa", "a".repeat(64));
    private static final Version TWO =
            new Version("v000002-bbbbbbbbbbbb", "support-v000002-bbbbbbbbbbbb", "b".repeat(64));

    @TempDir
    Path folder;

    private PointerRegister register;

    /** The one register of this test. */
    abstract PointerRegister open(Path folder) throws IOException;

    @BeforeEach
    void openRegister() throws IOException {
        register = open(folder);
    }

    private ChampionPointer claim(String owner) throws IOException {
        return ChampionPointer.claim(register, "acme", "support", owner, Clock.systemUTC());
    }

    @Test
    void saysWhatWasLastMoved() throws IOException {
        ChampionPointer pointer = claim("first");
        assertThat(pointer.read().stable()).isNull();

        pointer.move(ONE, null);
        pointer.move(ONE, new Canary(TWO, 0.05, "salt"));

        Champion champion = pointer.read();
        assertThat(champion.stable()).isEqualTo(ONE);
        assertThat(champion.canary()).isEqualTo(new Canary(TWO, 0.05, "salt"));
        assertThat(champion.epoch()).isEqualTo(1);
        pointer.move(TWO, null);
        assertThat(pointer.read().canary()).isNull();
    }

    @Test
    void sayingItAgainWritesNothing() throws IOException {
        ChampionPointer pointer = claim("first");
        pointer.move(ONE, null);
        String tag = register.read().orElseThrow().tag();

        pointer.move(ONE, null);

        assertThat(register.read().orElseThrow().tag()).isEqualTo(tag);
    }

    @Test
    void whoStartsTakesTheNextEpochAndTheOlderIsFenced() throws IOException {
        ChampionPointer older = claim("older");
        older.move(ONE, null);
        older.requireOwner();

        ChampionPointer newer = claim("newer");

        assertThat(newer.epoch()).isEqualTo(2);
        assertThat(newer.read().stable()).isEqualTo(ONE);
        assertThatThrownBy(older::requireOwner)
                .isInstanceOf(FencedException.class)
                .hasMessageContaining("epoch 2 belongs to newer, ours is 1");
        assertThatThrownBy(() -> older.move(TWO, null)).isInstanceOf(FencedException.class);
        // Not even what changes nothing: the older must end.
        assertThatThrownBy(() -> older.move(ONE, null)).isInstanceOf(FencedException.class);
        assertThat(newer.read().stable()).isEqualTo(ONE);
        newer.move(TWO, null);
        newer.requireOwner();
    }

    /** Both have read the same; only one may write over it. */
    @Test
    void ofTwoWritesOverTheSameValueExactlyOneWins() throws Exception {
        claim("first");
        for (int round = 0; round < 10; round++) {
            String tag = register.read().orElseThrow().tag();
            byte[] one = ("one " + round).getBytes(StandardCharsets.UTF_8);
            byte[] two = ("two " + round).getBytes(StandardCharsets.UTF_8);

            List<Boolean> won = atOnce(List.of(() -> register.write(one, tag), () -> register.write(two, tag)));

            assertThat(won).containsExactlyInAnyOrder(true, false);
            assertThat(register.read().map(Entry::content)).contains(won.getFirst() ? one : two);
        }
    }

    @Test
    void ofTwoWritesOfTheFirstValueExactlyOneWins() throws Exception {
        List<Boolean> won = atOnce(List.of(
                () -> register.write("one".getBytes(StandardCharsets.UTF_8), null),
                () -> register.write("two".getBytes(StandardCharsets.UTF_8), null)));

        assertThat(won).containsExactlyInAnyOrder(true, false);
    }

    @Test
    void ofManyThatStartAtOnceEachHasItsEpochAndOnlyTheLastOwnsThePointer() throws Exception {
        claim("before");
        List<Callable<ChampionPointer>> starts = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            String owner = "publisher " + i;
            starts.add(() -> claim(owner));
        }

        List<ChampionPointer> pointers = atOnce(starts);

        assertThat(pointers.stream().map(ChampionPointer::epoch)).containsExactlyInAnyOrder(2L, 3L, 4L, 5L, 6L);
        for (ChampionPointer pointer : pointers) {
            if (pointer.epoch() == 6) {
                pointer.move(ONE, null);
            } else {
                assertThatThrownBy(() -> pointer.move(TWO, null)).isInstanceOf(FencedException.class);
            }
        }
        assertThat(pointers.getFirst().read().stable()).isEqualTo(ONE);
    }

    @Test
    void aPointerOfAnotherModelIsNotTaken() throws IOException {
        claim("first");

        assertThatThrownBy(() -> ChampionPointer.claim(register, "acme", "sales", "first of sales", Clock.systemUTC()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is that of acme/support");
    }

    private static <T> List<T> atOnce(List<Callable<T>> calls) throws Exception {
        CyclicBarrier start = new CyclicBarrier(calls.size());
        List<Future<T>> futures = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Callable<T> call : calls) {
                futures.add(threads.submit(() -> {
                    start.await();
                    return call.call();
                }));
            }
        }
        List<T> results = new ArrayList<>();
        for (Future<T> future : futures) {
            results.add(future.get());
        }
        return results;
    }
}
