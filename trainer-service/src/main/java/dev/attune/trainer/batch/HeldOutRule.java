package dev.attune.trainer.batch;

import dev.attune.artifacts.Digests;
import java.nio.charset.StandardCharsets;

/**
 * Which prompts are held out: a share of them, by a hash that no restart and no order of arrival changes.
 *
 * @param share of the prompts, 0 to below 1
 */
public record HeldOutRule(double share) {
    /** Hexadecimal digits of the hash that are used: 52 bits, as many as a double has. */
    private static final int DIGITS = 13;

    /** Where a prompt lies, from 0 to below 1; evenly spread. */
    public static double position(String tenant, String promptId) {
        String hash = Digests.sha256((tenant + "/" + promptId).getBytes(StandardCharsets.UTF_8));
        return Long.parseLong(hash.substring(0, DIGITS), 16) / (double) (1L << (4 * DIGITS));
    }

    public boolean holdsOut(double promptPosition) {
        return promptPosition < share;
    }
}
