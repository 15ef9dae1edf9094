package dev.attune.ingest.gateway;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;

/** Where the gateway listens: its API, and health and metrics beside it. */
public record HttpSettings(
        @Setting(value = "Address to listen on.", byDefault = "0.0.0.0")
        String host,

        @Setting(value = "Port to listen on; 0 takes a free one and logs it.", byDefault = "8080")
        int port,

        @Setting(value = "Largest request body, in bytes.", byDefault = "1048576")
        int maxBodyBytes,

        @Setting("TLS; plain HTTP without it.") TlsSettings tls) {

    /** Kafka's brokers refuse records above 1 MiB unless they are told otherwise; a body of more than 16 MiB is no feedback. */
    private static final int MOST_BODY_BYTES = 16 << 20;

    public HttpSettings {
        Checks.notBlank("host", host);
        Checks.port("port", port);
        Checks.between("maxBodyBytes", maxBodyBytes, 1024, MOST_BODY_BYTES);
    }

    /** Plain HTTP. */
    public HttpSettings(String host, int port, int maxBodyBytes) {
        this(host, port, maxBodyBytes, TlsSettings.off());
    }
}
