package dev.attune.kit;

/** Where health and metrics are served: {@code /health/live}, {@code /health/ready} and {@code /metrics}. */
public record AdminSettings(
        @Setting(value = "Address to listen on.", byDefault = "0.0.0.0")
        String host,

        @Setting(value = "Port to listen on; 0 takes a free one and logs it.", byDefault = "0")
        int port) {

    public AdminSettings {
        Checks.notBlank("host", host);
        Checks.port("port", port);
    }
}
