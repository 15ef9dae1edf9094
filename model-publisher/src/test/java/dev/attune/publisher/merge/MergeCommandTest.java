package dev.attune.publisher.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.artifacts.DType;
import dev.attune.artifacts.PeftConfig;
import dev.attune.kit.ExitCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class MergeCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path folder;

    @Test
    void saysHowFarItIsAndWhereTheModelLies() throws Exception {
        TinyBase base = new TinyBase(folder.resolve("base"), DType.BF16).sharded();
        Path adapter = base.adapter(folder.resolve("adapter"), 4, 8, false);

        int exitCode = run(base.directory(), adapter, folder.resolve("out/merged"));

        assertThat(err.toString()).isEmpty();
        assertThat(exitCode).isEqualTo(ExitCode.OK);
        assertThat(out.toString().lines())
                .containsExactly(
                        "1 of 2: model-00001-of-00002.safetensors, 3 matrices merged",
                        "2 of 2: model-00002-of-00002.safetensors, 3 matrices merged",
                        "model written to " + folder.resolve("out/merged"));
    }

    @Test
    void aMistakeIsOneLine() throws Exception {
        TinyBase base = new TinyBase(folder.resolve("base"), DType.BF16).single();
        Path broken = base.adapter(folder.resolve("broken"), 4, 8, false);
        Files.writeString(broken.resolve(PeftConfig.WEIGHTS_FILE_NAME), "weights");

        assertThat(run(base.directory(), folder.resolve("nowhere"), folder.resolve("one")))
                .isEqualTo(ExitCode.USAGE);
        assertThat(run(base.directory(), broken, folder.resolve("two"))).isEqualTo(ExitCode.USAGE);

        assertThat(err.toString().lines())
                .hasSize(2)
                .first()
                .asString()
                .startsWith("merge: ")
                .endsWith("adapter_config.json is missing");
        assertThat(err.toString()).contains("too short for a safetensors file");
    }

    private int run(Path base, Path adapter, Path target) {
        return new CommandLine(new MergeCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute("--base", base.toString(), "--adapter", adapter.toString(), "--out", target.toString());
    }
}
