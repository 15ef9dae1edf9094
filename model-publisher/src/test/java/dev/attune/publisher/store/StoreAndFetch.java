package dev.attune.publisher.store;

import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.CheckpointDirectory.Verified;
import dev.attune.kit.ConfigFile;
import java.io.IOException;
import java.nio.file.Path;

/** Stores a checkpoint in each of some stores and fetches it again: a process of its own, with little memory. */
final class StoreAndFetch {

    private StoreAndFetch() {}

    /** @param arguments the checkpoint's folder, then files with a store's settings */
    public static void main(String[] arguments) throws IOException {
        CheckpointDirectory checkpoint = new CheckpointDirectory(Path.of(arguments[0]));
        Verified verified = checkpoint.verifyReleased();
        for (int i = 1; i < arguments.length; i++) {
            StoreSettings settings = ConfigFile.load(Path.of(arguments[i]), StoreSettings.class);
            try (ReleaseStore store = ReleaseStore.open(settings)) {
                store.artifacts().put(checkpoint, verified);
                CheckpointDirectory fetched =
                        store.artifacts().fetch(verified.artifactSha256()).orElseThrow();
                System.out.println(arguments[i] + ": " + fetched.root());
            }
        }
    }
}
