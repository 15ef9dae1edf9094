package dev.attune.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class FreePortsTest {
    @Test
    void zeroBecomesAPortThatCanBeBound() throws Exception {
        int port = FreePorts.choose(0, "a test");

        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(socket.getLocalPort()).isEqualTo(port);
        }
    }

    @Test
    void aFreePortIsReturnedAsItIs() {
        int port = FreePorts.one();

        assertThat(FreePorts.choose(port, "a test")).isEqualTo(port);
    }

    @Test
    void aPortInUseIsNamedWithWhatNeedsIt() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();

            assertThatThrownBy(() -> FreePorts.choose(port, "the Kafka broker"))
                    .isInstanceOf(PortInUseException.class)
                    .hasMessage("port " + port + " on 127.0.0.1 is in use, and the Kafka broker needs it:"
                            + " stop what listens there or choose another port");
        }
    }

    @Test
    void aNumberThatIsNoPortIsRefused() {
        assertThatThrownBy(() -> FreePorts.choose(70_000, "the Kafka broker"))
                .hasMessage("port 70000 for the Kafka broker is outside 0..65535 (0 = any free port)");
    }
}
