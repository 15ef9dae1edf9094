package dev.attune.publisher.gate.evaluation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * A process and all that it starts. Who started a process is forgotten when that one ends, so the tree is looked at while it
 * grows: what was once seen in it is found again. Where there is {@code /proc}, what hid from that is known by a mark in the
 * environment that it inherited.
 */
final class ProcessTree {

    /** The variable that marks a run. */
    static final String MARK = "ATTUNE_EVALUATION_RUN";

    /** Each round kills all that is seen; what is started in between is seen by the next. */
    private static final int MAX_ROUNDS = 100;

    private static final Duration ROUND = Duration.ofMillis(10);
    private static final Path PROC = Path.of("/proc");

    private final Process root;
    private final String mark;
    private final Set<ProcessHandle> seen = new HashSet<>();

    /** @param mark {@link #MARK} with its value, which only this run has */
    ProcessTree(Process root, String mark) {
        this.root = root;
        this.mark = mark;
    }

    /** Takes note of what runs now. */
    void look() {
        Set<ProcessHandle> known = new HashSet<>(seen);
        known.add(root.toHandle());
        known.forEach(process -> process.descendants().forEach(seen::add));
    }

    /** Kills what runs. A process that has ended is left alone, also where its number was given again. */
    void kill() {
        for (int round = 0; round < MAX_ROUNDS; round++) {
            look();
            ProcessHandle.allProcesses().filter(this::isMarked).forEach(seen::add);
            seen.add(root.toHandle());
            seen.removeIf(process -> !runs(process));
            if (seen.isEmpty()) {
                return;
            }
            seen.forEach(ProcessHandle::destroyForcibly);
            LockSupport.parkNanos(ROUND.toNanos());
        }
    }

    /** One that has ended and that nobody has asked how is still there; what it was started from is not. */
    private static boolean runs(ProcessHandle process) {
        return process.isAlive() && process.info().command().isPresent();
    }

    private boolean isMarked(ProcessHandle process) {
        try {
            byte[] environment = Files.readAllBytes(PROC.resolve(process.pid() + "/environ"));
            return new String(environment, StandardCharsets.ISO_8859_1).contains(mark);
        } catch (IOException e) {
            // Ended, or another user's, or no Linux: not one of ours, as far as can be known.
            return false;
        }
    }
}
