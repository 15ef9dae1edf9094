package dev.attune.quickstart.bench.gateway;

import dev.attune.quickstart.bench.Spread;
import java.util.List;

/**
 * What {@code --report} writes.
 *
 * @param batchRatioToProducer events per second of the gateway with batches, divided by those of the bare producer in the same
 *     round; the median over the rounds, of the first number of connections
 * @param singleRatioToHandler the same with single events, divided by those of the handler that only produces
 * @param startupSeconds from the start of the process to the first answer; readySeconds: until events are taken
 */
record GatewayReport(
        double batchRatioToProducer,
        double singleRatioToHandler,
        Spread startupSeconds,
        Spread readySeconds,
        Setup setup,
        List<Scenario> scenarios) {

    /** @param jvmOptions of each process that is measured */
    record Setup(
            int cores,
            List<String> jvmOptions,
            String java,
            int rounds,
            int warmUpRounds,
            int seconds,
            int eventsOfABatch,
            double bytesOfARecord,
            int partitions,
            long seed) {}

    /**
     * One way of sending on so many connections.
     *
     * @param batch events of a request
     * @param ratio of the gateway's rate to its baseline's: the bare producer's for batches, the handler's that only produces for
     *     single events
     * @param heapMegabytes of the gateway, garbage included, after a round
     */
    record Scenario(
            int connections,
            int batch,
            Spread eventsPerSecond,
            Spread baselineEventsPerSecond,
            Spread ratio,
            Spread withoutKafkaEventsPerSecond,
            Latency latencyMillis,
            Latency baselineLatencyMillis,
            double heapMegabytes,
            double residentMegabytes,
            List<Round> rounds) {}

    /** Of requests, over all rounds. Zeros for the bare producer, which has no requests. */
    record Latency(double p50, double p99, double p999, double max) {}

    record Round(double gateway, double baseline, double withoutKafka) {
        double ratio() {
            return gateway / baseline;
        }
    }
}
