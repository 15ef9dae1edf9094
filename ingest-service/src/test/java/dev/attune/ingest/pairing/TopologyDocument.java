package dev.attune.ingest.pairing;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.TopologyDescription.Node;
import org.apache.kafka.streams.TopologyDescription.Processor;
import org.apache.kafka.streams.TopologyDescription.Sink;
import org.apache.kafka.streams.TopologyDescription.Source;
import org.apache.kafka.streams.TopologyDescription.Subtopology;

/** Draws a topology as the page of the operators' guide: a Mermaid diagram, and Kafka's own description. */
public final class TopologyDocument {
    private final StringBuilder out = new StringBuilder();

    private TopologyDocument(String title, String test) {
        out.append("# ").append(title).append("\n\n").append("""
                Drawn from the code: `%s` fails where this page and the topology differ, and says how to
                write it anew. The changelogs of the stores and the positions of a running application hang on these names: a
                renamed store starts empty, so a change here needs a plan for installations that run.

                """.formatted(test));
    }

    /** @param test the test that holds the page against the code */
    public static String of(String title, Class<?> test, TopologyDescription topology) {
        TopologyDocument document = new TopologyDocument(title, test.getSimpleName());
        document.draw(topology);
        return document.out.toString();
    }

    private void draw(TopologyDescription topology) {
        List<Subtopology> subtopologies = topology.subtopologies().stream()
                .sorted(Comparator.comparingInt(Subtopology::id))
                .toList();
        out.append("```mermaid\nflowchart LR\n");
        for (Subtopology subtopology : subtopologies) {
            out.append("  subgraph sub%d[sub-topology %d]\n".formatted(subtopology.id(), subtopology.id()));
            sorted(subtopology).forEach(this::box);
            out.append("  end\n");
        }
        subtopologies.forEach(subtopology -> sorted(subtopology).forEach(this::arrows));
        out.append("```\n\n");
        subtopologies.forEach(this::table);
    }

    private void box(Node node) {
        switch (node) {
            case Processor processor -> {
                out.append("    %s[%s]\n".formatted(id(node), node.name()));
                new TreeSet<>(processor.stores())
                        .forEach(store ->
                                out.append("    %s[(%s)] --- %s\n".formatted(id("store " + store), store, id(node))));
            }
            default -> out.append("    %s([%s])\n".formatted(id(node), node.name()));
        }
    }

    /** Topics stand outside the sub-topologies: they are what joins them. */
    private void arrows(Node node) {
        switch (node) {
            case Source source ->
                new TreeSet<>(source.topicSet())
                        .forEach(topic ->
                                out.append("  %s>%s] --> %s\n".formatted(id("topic " + topic), topic, id(node))));
            case Sink sink ->
                out.append("  %s --> %s>%s]\n".formatted(id(node), id("topic " + sink.topic()), sink.topic()));
            default -> {}
        }
        names(node.successors()).forEach(next -> out.append("  %s --> %s\n".formatted(id(node), id(next))));
    }

    private void table(Subtopology subtopology) {
        out.append("## Sub-topology %d\n\n| node | kind | topic | stores | goes to |\n|---|---|---|---|---|\n"
                .formatted(subtopology.id()));
        for (Node node : sorted(subtopology)) {
            String next = String.join(", ", names(node.successors()));
            out.append(
                    switch (node) {
                        case Source source ->
                            row(node, "source", String.join(", ", new TreeSet<>(source.topicSet())), "", next);
                        case Sink sink -> row(node, "sink", sink.topic(), "", next);
                        case Processor processor ->
                            row(node, "processor", "", String.join(", ", new TreeSet<>(processor.stores())), next);
                        default -> throw new IllegalArgumentException("no drawing for " + node);
                    });
        }
        out.append('\n');
    }

    private static String row(Node node, String kind, String topic, String stores, String next) {
        return "| %s | %s | %s | %s | %s |\n".formatted(node.name(), kind, topic, stores, next);
    }

    private static List<Node> sorted(Subtopology subtopology) {
        return subtopology.nodes().stream()
                .sorted(Comparator.comparing(Node::name))
                .toList();
    }

    private static Collection<String> names(Set<? extends Node> nodes) {
        return nodes.stream().map(Node::name).collect(Collectors.toCollection(TreeSet::new));
    }

    private static String id(Node node) {
        return id(node.name());
    }

    private static String id(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "_");
    }
}
