package dev.attune.embedded;

/** A port that something else listens on. The message names the port, what wanted it, and what to do. */
public final class PortInUseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int port;

    PortInUseException(int port, String purpose) {
        super("port " + port + " on 127.0.0.1 is in use, and " + purpose
                + " needs it: stop what listens there or choose another port");
        this.port = port;
    }

    public int port() {
        return port;
    }
}
