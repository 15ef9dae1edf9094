package dev.attune.publisher.store.oci;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A repository in an OCI registry. */
public record OciSettings(
        @Setting("Host of the registry, with its port where it has one.")
        String registry,

        @Setting("Repository that artifacts are pushed to, for example models/support.")
        String repository,

        @Setting(value = "Whether it speaks HTTP without TLS.", byDefault = "false")
        boolean plainHttp,

        @Setting(
                value = "User and password; where this is absent, what docker login left for this user, or nobody.",
                optional = true)
        @Nullable
        OciCredentials credentials,

        @Setting(value = "Longest that the registry may stay silent.", byDefault = "30s")
        Duration callTimeout,

        @Setting(value = "Longest that the upload of one file may take.", byDefault = "10m")
        Duration uploadTimeout) {

    private static final Pattern REGISTRY = Pattern.compile("[A-Za-z0-9.-]+(:[0-9]{1,5})?");
    /** As the distribution specification has it. */
    private static final Pattern REPOSITORY =
            Pattern.compile("[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*");

    public OciSettings {
        Checks.that(
                REGISTRY.matcher(registry).matches(),
                "registry",
                "must be host or host:port, but is '" + registry + "'");
        Checks.that(
                REPOSITORY.matcher(repository).matches(),
                "repository",
                "must be lower-case names with '/' between, but is '" + repository + "'");
        Checks.positive("callTimeout", callTimeout);
        Checks.positive("uploadTimeout", uploadTimeout);
    }

    /** For messages. */
    public String place() {
        return registry + "/" + repository;
    }
}
