package dev.attune.quickstart.bench.gateway;

import dev.attune.kit.Checks;
import java.util.List;

/**
 * What is measured.
 *
 * @param connections numbers of them, one after the other
 * @param batch events of a batch
 * @param seconds of each measurement
 * @param rounds that count
 * @param warmUpRounds before them that do not
 * @param starts of the gateway that are timed
 */
record GatewayBenchOptions(
        List<Integer> connections, int batch, int seconds, int rounds, int warmUpRounds, int starts, long seed) {
    GatewayBenchOptions {
        Checks.notEmpty("--connections", connections);
        connections.forEach(each -> Checks.between("--connections", each, 1, 10_000));
        Checks.between("--batch", batch, 1, 1_000);
        Checks.between("--seconds", seconds, 1, 600);
        Checks.between("--rounds", rounds, 1, 100);
        Checks.between("--warm-up", warmUpRounds, 0, 100);
        Checks.between("--starts", starts, 1, 100);
    }
}
