package dev.attune.publisher.store;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;
import dev.attune.publisher.sign.SigningSettings;
import dev.attune.publisher.store.oci.OciSettings;
import dev.attune.publisher.store.s3.S3Settings;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where released artifacts are kept, which of them serve, and who signs them. */
public record StoreSettings(
        @Setting(
                value =
                        "A folder that replicas can read; released checkpoints stay there for good. One of directory, s3 and"
                                + " oci is set.",
                optional = true)
        @Nullable
        Path directory,

        @Setting(value = "A bucket in the folder's place.", optional = true) @Nullable
        S3Settings s3,

        @Setting(value = "An OCI registry in the folder's place.", optional = true) @Nullable
        OciSettings oci,

        @Setting(
                value = "With s3 and oci: a folder that replicas can read, into which artifacts are fetched for them.",
                optional = true)
        @Nullable
        Path fetchDirectory,

        @Setting(
                value =
                        "Where the pointer lies that says which version serves; where this is absent, with the artifacts."
                                + " A registry cannot hold it.",
                optional = true)
        @Nullable
        PointerSettings pointer,

        @Setting(value = "Keys of signatures; artifacts are not signed where this is absent.", optional = true)
        @Nullable
        SigningSettings signing) {

    public StoreSettings {
        long places = Stream.of(directory, s3, oci).filter(Objects::nonNull).count();
        Checks.that(places == 1, "store", "needs exactly one of directory, s3 and oci, but has " + places);
        Checks.that(
                directory == null || fetchDirectory == null,
                "fetchDirectory",
                "belongs to s3 and oci: replicas read from the store's directory itself");
        Checks.that(
                directory != null || fetchDirectory != null,
                "fetchDirectory",
                "has to be set with s3 and oci: replicas load from a folder");
        Checks.that(
                oci == null || pointer != null,
                "pointer",
                "has to be set with oci: a registry has no compare-and-swap, so that two publishers could not be told"
                        + " apart");
    }

    /** A store that replicas see as it is. */
    public static StoreSettings inFolder(Path directory) {
        return new StoreSettings(directory, null, null, null, null, null);
    }

    /** Where artifacts lie. */
    StorePlace place() {
        if (directory != null) {
            return new StorePlace.Folder(directory);
        }
        return s3 != null ? new StorePlace.Bucket(s3) : new StorePlace.Repository(Objects.requireNonNull(oci));
    }

    /** Where the pointer lies; never a registry. */
    StorePlace pointerPlace() {
        return pointer == null ? place() : pointer.place();
    }

    /** The folder that replicas have to see. */
    public Path servedFolder() {
        return directory != null ? directory : Objects.requireNonNull(fetchDirectory);
    }
}
