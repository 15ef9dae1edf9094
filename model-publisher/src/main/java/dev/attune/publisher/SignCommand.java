package dev.attune.publisher;

import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.Digests;
import dev.attune.kit.ConfigException;
import dev.attune.kit.ConfigFile;
import dev.attune.kit.ExitCode;
import dev.attune.publisher.sign.ReleaseSigning;
import dev.attune.publisher.store.ReleaseStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Signs what was stored before there was a key, or before there was another. */
@Command(
        name = "sign",
        description = "Signs stored artifacts with store.signing.privateKey, each named by its digest.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the options.
public final class SignCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The publisher's configuration.")
    private Path config;

    @Parameters(arity = "1..*", paramLabel = "DIGEST", description = "sha256:… as `attune releases show` has it.")
    private List<String> digests;

    @Override
    public Integer call() throws IOException {
        try (ReleaseStore store =
                ReleaseStore.open(ConfigFile.load(config, PublisherConfig.class).store())) {
            ReleaseSigning signing = store.signing();
            if (signing == null) {
                throw new ConfigException(config + ": store.signing", "has to be set: it names the keys");
            }
            for (String digest : digests) {
                String artifact = artifact(digest);
                CheckpointDirectory stored = store.artifacts()
                        .fetch(artifact)
                        .orElseThrow(() -> new ConfigException(digest, "is not in the store"));
                signing.sign(artifact, stored);
                spec.commandLine().getOut().println(digest + " is signed");
            }
        }
        return ExitCode.OK;
    }

    private static String artifact(String digest) {
        try {
            return Digests.unprefixed(digest);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(digest, "is no digest: sha256: and 64 hexadecimal digits");
        }
    }
}
