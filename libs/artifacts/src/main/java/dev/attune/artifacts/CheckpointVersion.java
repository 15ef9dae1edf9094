package dev.attune.artifacts;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A checkpoint's name: {@code v000032-0123456789ab}, the step and the first 12 digits of its manifest's SHA-256. The only
 * place that knows how versions are written.
 *
 * @param step steps of the trainer since the base
 * @param digestPrefix first 12 hexadecimal digits of the artifact digest
 */
public record CheckpointVersion(long step, String digestPrefix) {

    private static final Pattern FORM = Pattern.compile("v([0-9]{6,18})-([0-9a-f]{12})");
    private static final int PREFIX_DIGITS = 12;

    public CheckpointVersion {
        if (step < 0) {
            throw new IllegalArgumentException("a version's step is not negative: " + step);
        }
        if (digestPrefix.length() != PREFIX_DIGITS) {
            throw new IllegalArgumentException("a version has 12 digits of its digest, not '" + digestPrefix + "'");
        }
    }

    /**
     * The version of a manifest.
     *
     * @param artifactSha256 SHA-256 of the manifest, 64 hexadecimal digits
     */
    public static CheckpointVersion of(long step, String artifactSha256) {
        return new CheckpointVersion(step, Digests.requireSha256(artifactSha256).substring(0, PREFIX_DIGITS));
    }

    /**
     * Reads a version.
     *
     * @throws IllegalArgumentException if it is not written as a version is
     */
    public static CheckpointVersion parse(String version) {
        Matcher matcher = FORM.matcher(version);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a version like v000032-0123456789ab: '" + version + "'");
        }
        return new CheckpointVersion(Long.parseLong(matcher.group(1)), matcher.group(2));
    }

    /** Whether it is written as a version is. */
    public static boolean isVersion(String text) {
        return FORM.matcher(text).matches();
    }

    /** Whether this is the name of a manifest with this digest. */
    public boolean names(String artifactSha256) {
        return artifactSha256.startsWith(digestPrefix);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "v%06d-%s", step, digestPrefix);
    }
}
