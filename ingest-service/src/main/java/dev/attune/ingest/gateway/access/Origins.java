package dev.attune.ingest.gateway.access;

import dev.attune.kit.Checks;
import java.net.URI;
import java.util.List;
import java.util.Locale;

/** Web origins (RFC 6454) whose pages may read answers: a scheme, a host, and a port where it is not the scheme's own. */
final class Origins {
    private Origins() {}

    /** Refuses what no browser sends, so that a mistake is seen before a page fails. */
    static void check(List<String> origins) {
        for (int i = 0; i < origins.size(); i++) {
            Checks.that(
                    isOrigin(origins.get(i)),
                    "allowedOrigins[" + i + "]",
                    "must be an origin as a browser sends it, such as https://chat.example.org (no '*', no path), but is '"
                            + origins.get(i) + "'");
        }
    }

    private static boolean isOrigin(String text) {
        try {
            URI uri = URI.create(text);
            String scheme = String.valueOf(uri.getScheme());
            String host = String.valueOf(uri.getHost());
            String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
            return List.of("http", "https").contains(scheme)
                    && text.equals(scheme + "://" + host.toLowerCase(Locale.ROOT) + port)
                    && !host.equals("null");
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
