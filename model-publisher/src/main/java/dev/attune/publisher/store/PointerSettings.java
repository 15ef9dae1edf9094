package dev.attune.publisher.store;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;
import dev.attune.publisher.store.s3.S3Settings;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where the pointer lies that says which version serves: somewhere with compare-and-swap. */
public record PointerSettings(
        @Setting(value = "A folder that every publisher of the model can write. Or:", optional = true) @Nullable
        Path directory,

        @Setting(value = "A bucket that honours conditional writes.", optional = true) @Nullable
        S3Settings s3) {

    public PointerSettings {
        Checks.that((directory == null) != (s3 == null), "pointer", "needs exactly one of directory and s3");
    }

    StorePlace place() {
        return directory != null ? new StorePlace.Folder(directory) : new StorePlace.Bucket(Objects.requireNonNull(s3));
    }
}
