package dev.attune.embedded;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A parent for {@link ChildProcessTest}: starts a child that would run for ten minutes, prints its process id, and waits. */
final class ParentMain {
    private ParentMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        ChildProcess child = ChildProcess.start("a sleeper", List.of("sleep", "600"), Map.of(), Path.of(arguments[0]));
        System.out.println("child=" + child.pid());
        new CountDownLatch(1).await();
    }
}
