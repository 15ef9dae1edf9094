package dev.attune.publisher.store.s3;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;
import java.net.URI;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A bucket of Amazon S3 or of anything that speaks its protocol and honours conditional writes. */
public record S3Settings(
        @Setting("An existing bucket.") String bucket,

        @Setting(value = "What every key begins with.", byDefault = "attune")
        String prefix,

        @Setting(value = "URL of the service; Amazon's own where this is absent.", optional = true) @Nullable
        String endpoint,

        @Setting(value = "Region, also where the service has none.", byDefault = "us-east-1")
        String region,

        @Setting(value = "Whether the bucket stands in the URL's path, not in its host's name.", byDefault = "false")
        boolean pathStyle,

        @Setting(
                value =
                        "Key and secret; where this is absent, Amazon's default chain (environment, profile, pod identity).",
                optional = true)
        @Nullable
        S3Credentials credentials,

        @Setting(
                value = "Larger files are sent in parts of this size, four at a time; they are held in memory.",
                byDefault = "8")
        int partMegabytes,

        @Setting(
                value = "Longest that one call may take, a part's upload included, or an answer may stand still.",
                byDefault = "30s")
        Duration callTimeout) {

    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*");
    /** The protocol's own bound on parts. */
    private static final int LEAST_PART_MEGABYTES = 5;

    public S3Settings {
        Checks.notBlank("bucket", bucket);
        Checks.that(
                PREFIX.matcher(prefix).matches(),
                "prefix",
                "must be letters, digits, '.', '_', '-' with '/' between, but is '" + prefix + "'");
        Checks.that(
                endpoint == null || isHttp(endpoint), "endpoint", "must be http://… or https://…, but is " + endpoint);
        Checks.notBlank("region", region);
        Checks.between("partMegabytes", partMegabytes, LEAST_PART_MEGABYTES, 1024);
        Checks.positive("callTimeout", callTimeout);
    }

    private static boolean isHttp(String endpoint) {
        try {
            URI uri = URI.create(endpoint);
            return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme())) && uri.getHost() != null;
        } catch (IllegalArgumentException noUri) {
            return false;
        }
    }

    /** For messages. */
    public String place() {
        return "s3://" + bucket + "/" + prefix + (endpoint == null ? "" : " at " + endpoint);
    }
}
