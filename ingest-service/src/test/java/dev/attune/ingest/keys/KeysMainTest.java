package dev.attune.ingest.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.ingest.gateway.credential.ApiKey;
import dev.attune.ingest.gateway.credential.KeyEntry;
import dev.attune.kit.ExitCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class KeysMainTest {
    @TempDir
    Path folder;

    private record Said(int exitCode, String out, String err) {}

    @Test
    void aNewKeyIsPrintedOnceAndOnlyItsHashIsKept() throws Exception {
        Said said = run(
                "create", "--tenant", "acme", "--scopes", "write-feedback,read", "--expires", "90d", "--label", "web");

        assertThat(said.exitCode()).isEqualTo(ExitCode.OK);
        ApiKey key = ApiKey.parse(said.out().strip()).orElseThrow();
        assertThat(Files.readString(file())).contains(key.keyId()).doesNotContain(key.secret());
        KeyEntry entry = new KeysStore(file()).read().getFirst();
        assertThat(entry.tenant()).isEqualTo("acme");
        assertThat(entry.scopes()).containsExactly("write-feedback", "read");
        assertThat(entry.label()).isEqualTo("web");
        assertThat(Duration.between(Instant.now(), entry.until())).isBetween(Duration.ofDays(89), Duration.ofDays(90));
        assertThat(HexFormat.of().formatHex(key.hash(HexFormat.of().parseHex(entry.salt()))))
                .isEqualTo(entry.hash());
    }

    @Test
    void keysAreListedAndRevoked() {
        String first = create();
        String second = create();
        assertThat(run("list").out()).contains(first, second, "acme  read  does not expire");

        Said said = run("revoke", first);

        assertThat(said.out()).isEqualTo("revoked " + first + "\n");
        assertThat(run("list").out()).contains(second).doesNotContain(first);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "create --tenant Acme! --scopes read | --tenant: must be 1 to 63 lower-case letters",
                "create --tenant acme --scopes read,everything | --scopes: 'everything' is none of write-completions",
                "create --tenant acme --scopes read --expires soon | --expires: must be a time such as",
                "revoke 0123456789 | KEYID: '0123456789' is not in",
            })
    void aMistakeIsOneLineAndChangesNothing(String arguments, String message) {
        Said said = run(arguments.split(" "));

        assertThat(said.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(said.err()).contains(message);
        assertThat(file()).doesNotExist();
    }

    @Test
    void keysThatAreMadeAtOnceAreAllThere() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Callable<Said>> all = IntStream.range(0, 12)
                    .<Callable<Said>>mapToObj(i -> () -> run("create", "--tenant", "acme", "--scopes", "read"))
                    .toList();
            for (Future<Said> one : threads.invokeAll(all)) {
                assertThat(one.get().exitCode()).as(one.get().err()).isEqualTo(ExitCode.OK);
            }
        }

        assertThat(new KeysStore(file()).read()).hasSize(12);
    }

    private String create() {
        String out = run("create", "--tenant", "acme", "--scopes", "read").out();
        return ApiKey.parse(out.strip()).orElseThrow().keyId();
    }

    private Path file() {
        return folder.resolve("keys.yaml");
    }

    private Said run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] all = new String[arguments.length + 2];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        all[arguments.length] = "--file";
        all[arguments.length + 1] = file().toString();
        int exitCode = new CommandLine(new KeysMain())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    line.getErr().println(failure.getMessage());
                    return failure instanceof dev.attune.kit.ConfigException ? ExitCode.USAGE : ExitCode.FAILED;
                })
                .execute(all);
        return new Said(exitCode, out.toString(), err.toString());
    }
}
