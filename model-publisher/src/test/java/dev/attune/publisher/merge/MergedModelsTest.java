package dev.attune.publisher.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.artifacts.DType;
import dev.attune.publisher.http.StopSignal;
import dev.attune.publisher.http.StoppedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MergedModelsTest {

    private static final String V1 = "support-v000001-0123456789ab";
    private static final String V2 = "support-v000002-0123456789ab";

    private final StopSignal stop = new StopSignal();

    @TempDir
    Path folder;

    @Test
    void aVersionIsWrittenOnceAndAgainWhereItWasLost() throws Exception {
        TinyBase base = new TinyBase(folder.resolve("base"), DType.F16).single();
        Path adapter = base.adapter(folder.resolve("adapter"), 4, 8, false);
        MergedModels models = models(base);

        Path written = models.write(V1, adapter);
        FileTime at = Files.getLastModifiedTime(written.resolve("model.safetensors"));
        models.write(V1, adapter);

        assertThat(written).isEqualTo(folder.resolve("merged").resolve(V1));
        assertThat(models.served(V1)).isEqualTo("/mnt/merged/" + V1);
        assertThat(Files.getLastModifiedTime(written.resolve("model.safetensors")))
                .isEqualTo(at);
        AdapterMerge.delete(written);
        assertThat(models.write(V1, adapter).resolve("model.safetensors")).exists();
    }

    @Test
    void aStopEndsAMergeAndLeavesNothing() throws Exception {
        TinyBase base = new TinyBase(folder.resolve("base"), DType.F16).single();
        Path adapter = base.adapter(folder.resolve("adapter"), 4, 8, false);
        MergedModels models = models(base);
        stop.interrupt();

        assertThatThrownBy(() -> models.write(V1, adapter)).isInstanceOf(StoppedException.class);
        assertThat(folder.resolve("merged")).isEmptyDirectory();

        stop.clear();
        assertThat(models.write(V1, adapter)).isNotEmptyDirectory();
    }

    @Test
    void whatIsOfNoMoreUseIsRemovedAndNothingElse() throws Exception {
        TinyBase base = new TinyBase(folder.resolve("base"), DType.F16).single();
        Path adapter = base.adapter(folder.resolve("adapter"), 4, 8, false);
        MergedModels models = models(base);
        models.write(V1, adapter);
        models.write(V2, adapter);
        Path merged = folder.resolve("merged");
        Files.createDirectories(merged.resolve(".aside-killed/model"));
        // Another model's, somebody's own, and one that only has the name
        Files.createDirectory(merged.resolve("sales-v000001-0123456789ab"));
        Files.createDirectory(merged.resolve("notes"));
        Files.createDirectory(merged.resolve("support-v000003-0123456789ab"));
        Files.createSymbolicLink(merged.resolve("current"), merged.resolve(V2));

        models.retain(Set.of(V2));

        try (Stream<Path> left = Files.list(merged)) {
            assertThat(left.map(entry -> entry.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            V2, "sales-v000001-0123456789ab", "notes", "support-v000003-0123456789ab", "current");
        }
    }

    private MergedModels models(TinyBase base) throws Exception {
        return new MergedModels(
                "support", base.directory(), new MergedSettings(folder.resolve("merged"), "/mnt/merged"), stop::check);
    }
}
