package dev.attune.ingest.pairing;

import dev.attune.schemas.Topics;
import dev.attune.testing.Platform;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;

/** Who of an application's instances has which partitions, as the broker knows it. */
final class PairingGroup implements AutoCloseable {
    private final Admin admin;
    private final String groupId;

    PairingGroup(Platform platform, Topics topics) {
        this.admin = Admin.create(Map.of("bootstrap.servers", platform.bootstrapServers()));
        this.groupId = topics.prefix() + "pairing";
    }

    /** Partitions by the id of the instance and its thread, for example {@code 0-1}. */
    Map<String, String> assignments() throws ExecutionException, InterruptedException {
        Map<String, String> assignments = new TreeMap<>();
        for (MemberDescription member : admin.describeConsumerGroups(List.of(groupId))
                .describedGroups()
                .get(groupId)
                .get()
                .members()) {
            TreeSet<String> partitions = new TreeSet<>();
            member.assignment().topicPartitions().forEach(partition -> partitions.add(partition.toString()));
            assignments.put(member.groupInstanceId().orElse(member.consumerId()), partitions.toString());
        }
        return assignments;
    }

    @Override
    public void close() {
        admin.close();
    }
}
