package dev.attune.artifacts;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which base model an adapter belongs to: a SHA-256 over {@code config.json} and all {@code *.safetensors} of a Hugging
 * Face directory, each as a line {@code name sha256}, sorted by name. It does not depend on where the model lies.
 */
public final class BaseRevision {

    private static final String CONFIG = "config.json";

    private BaseRevision() {}

    /**
     * The revision of the model in a directory.
     *
     * @return 64 hexadecimal digits
     * @throws BrokenArtifactException if the directory holds no model
     */
    public static String of(Path modelDirectory) throws IOException {
        List<Path> files;
        try (Stream<Path> listed = Files.list(modelDirectory)) {
            files = listed.filter(file -> {
                        String name = file.getFileName().toString();
                        return name.equals(CONFIG) || name.endsWith(".safetensors");
                    })
                    .sorted()
                    .toList();
        }
        if (files.size() < 2 || files.stream().noneMatch(file -> file.endsWith(CONFIG))) {
            throw new BrokenArtifactException(modelDirectory, "holds no config.json with *.safetensors beside it");
        }
        StringBuilder lines = new StringBuilder();
        for (Path file : files) {
            lines.append(file.getFileName())
                    .append(' ')
                    .append(Digests.sha256(file))
                    .append('\n');
        }
        return Digests.sha256(lines.toString().getBytes(StandardCharsets.UTF_8));
    }
}
