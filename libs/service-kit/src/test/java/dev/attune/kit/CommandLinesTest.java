package dev.attune.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;

class CommandLinesTest {
    @Command(name = "sample", mixinStandardHelpOptions = true)
    private record Sample(Callable<Integer> work) implements Callable<Integer> {
        @Override
        public Integer call() throws Exception {
            return work.call();
        }
    }

    @Test
    void exitCodesMeanSomething() {
        assertThat(CommandLines.run(new Sample(() -> ExitCode.OK))).isEqualTo(0);
        assertThat(CommandLines.run(new Sample(() -> ExitCode.OK), "--help")).isEqualTo(0);
        assertThat(CommandLines.run(new Sample(() -> ExitCode.OK), "--unknown")).isEqualTo(2);
        assertThat(CommandLines.run(new Sample(() -> {
                    throw new ConfigException("port", "is taken");
                })))
                .isEqualTo(2);
        assertThat(CommandLines.run(new Sample(() -> {
                    throw new IllegalStateException("broken");
                })))
                .isEqualTo(1);
        assertThat(CommandLines.run(new Sample(() -> {
                    throw new ServiceFailedException("another one has taken over", new IllegalStateException());
                })))
                .isEqualTo(1);
    }
}
