package dev.attune.publisher.serving;

import dev.attune.artifacts.Probe;
import java.util.List;

/**
 * An adapter as replicas know it.
 *
 * @param name the model name under which it answers
 * @param path its directory, as the replicas see it
 * @param probes what it has to compute
 */
public record ServedAdapter(String name, String path, List<Probe> probes) {

    public ServedAdapter {
        probes = List.copyOf(probes);
    }
}
