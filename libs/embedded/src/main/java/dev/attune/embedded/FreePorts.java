package dev.attune.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports on the loopback address.
 *
 * <p>Free ports are drawn at random from below the range that operating systems give to outgoing connections (32768 and up on
 * Linux, 49152 and up elsewhere): a port that the system itself hands out may be taken by the next outgoing connection before
 * the server that wanted it has bound it.
 */
public final class FreePorts {
    private static final int LOWEST = 15_000;
    private static final int HIGHEST = 32_000;
    private static final int ATTEMPTS = 200;

    private FreePorts() {}

    /** A port that nothing listens on now. */
    public static int one() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port found between " + LOWEST + " and " + HIGHEST + " on 127.0.0.1 in "
                + ATTEMPTS + " attempts");
    }

    /**
     * The port to use for a wish: 0 becomes a free port, any other is returned when it is free.
     *
     * @param purpose what wants the port, for the message: "the Kafka broker"
     * @throws PortInUseException when the port asked for is taken
     */
    public static int choose(int wish, String purpose) {
        if (wish < 0 || wish > 65_535) {
            throw new IllegalArgumentException(
                    "port " + wish + " for " + purpose + " is outside 0..65535 (0 = any free port)");
        }
        if (wish == 0) {
            return one();
        }
        if (!isFree(wish)) {
            throw new PortInUseException(wish, purpose);
        }
        return wish;
    }

    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            // As servers do: a port whose last connections are still in TIME_WAIT is free.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
