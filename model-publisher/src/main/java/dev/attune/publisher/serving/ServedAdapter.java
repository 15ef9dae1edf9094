package dev.attune.publisher.serving;

import dev.attune.artifacts.Probe;
import java.nio.file.Path;
import java.util.List;

/**
 * An adapter as replicas know it.
 *
 * @param name the model name under which it answers
 * @param path its directory, as the replicas see it
 * @param files the same directory as the publisher sees it, for replicas to which files are sent
 * @param probes what it has to compute
 */
public record ServedAdapter(String name, String path, Path files, List<Probe> probes) {

    public ServedAdapter {
        probes = List.copyOf(probes);
    }

    /** A directory that publisher and replicas see under the same path. */
    public ServedAdapter(String name, String path, List<Probe> probes) {
        this(name, path, Path.of(path), probes);
    }
}
