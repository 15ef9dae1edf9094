package dev.attune.publisher.sign;

import dev.attune.kit.ConfigException;
import dev.attune.kit.ExitCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes a pair of keys for signatures. */
@Command(
        name = "keygen",
        description = "Makes a pair of keys that sign releases. The private one is for its publisher only.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the options.
public final class KeygenCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--private", required = true, paramLabel = "FILE", description = "Private key to write (PEM).")
    private Path privateFile;

    @Option(names = "--public", required = true, paramLabel = "FILE", description = "Public key to write (PEM).")
    private Path publicFile;

    @Option(
            names = "--type",
            defaultValue = "P256",
            description = "${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}, which the model_signing tool verifies).")
    private KeyType type;

    @Override
    public Integer call() throws IOException {
        KeyPair pair = type.generate();
        write(privateFile, PemKeys.write(pair.getPrivate()), "rw-------");
        write(publicFile, PemKeys.write(pair.getPublic()), "rw-r--r--");
        spec.commandLine()
                .getOut()
                .println(type + " key " + TrustedKey.of(pair.getPublic()).id() + ": " + privateFile + " signs, "
                        + publicFile + " verifies");
        return ExitCode.OK;
    }

    /** A key that is there is never lost by a slip. */
    private static void write(Path file, String pem, String permissions) throws IOException {
        FileAttribute<?> mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
        try (FileChannel channel =
                FileChannel.open(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode)) {
            channel.write(ByteBuffer.wrap(pem.getBytes(StandardCharsets.US_ASCII)));
        } catch (FileAlreadyExistsException e) {
            throw new ConfigException(file.toString(), "is there already, and a key is never overwritten");
        }
    }
}
