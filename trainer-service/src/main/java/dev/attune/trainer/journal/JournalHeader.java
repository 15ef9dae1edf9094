package dev.attune.trainer.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a journal is about: its entries can be done again only from the same state and under the same settings. There is no
 * random state in it: the seed is a setting or in the checkpoint, and draws follow from it and the step's number.
 *
 * @param format {@value #FORMAT} when written; one less has no releases, {@value #WITHOUT_CHECKPOINTS} has batches alone
 * @param parent version of the checkpoint that the entries come after; null: the base
 * @param configDigest SHA-256 of the settings that decide what is learned
 * @param baseRevision of the base model's files
 * @param resumedAt when a person last let the trainer go on, in milliseconds since 1970; null: never. A halt drops the
 *     steps since the last checkpoint, so what is older than this is not done again
 */
public record JournalHeader(
        int format,
        @Nullable String parent,
        String configDigest,
        String baseRevision,
        @Nullable Long resumedAt) {
    public static final int FORMAT = 3;
    private static final int WITHOUT_CHECKPOINTS = 1;

    public JournalHeader {
        if (format < WITHOUT_CHECKPOINTS || format > FORMAT) {
            throw new IllegalArgumentException(
                    "format " + format + " is not known, this reads " + WITHOUT_CHECKPOINTS + " to " + FORMAT);
        }
    }

    JournalHeader after(String version) {
        return new JournalHeader(format, version, configDigest, baseRevision, resumedAt);
    }

    /** Why a journal with this header cannot be done again where the other one is expected; empty: it can. */
    List<String> differencesFrom(JournalHeader expected) {
        List<String> differences = new ArrayList<>();
        if (!Objects.equals(parent, expected.parent)) {
            differences.add("it comes after %s, the trainer goes on from %s"
                    .formatted(nameOf(parent), nameOf(expected.parent)));
        }
        if (!configDigest.equals(expected.configDigest)) {
            differences.add("settings that decide what is learned have changed");
        }
        if (!baseRevision.equals(expected.baseRevision)) {
            differences.add("the base model is another one");
        }
        if (!Objects.equals(resumedAt, expected.resumedAt)) {
            differences.add(
                    "a person has let the trainer go on since, and that drops the steps after the last checkpoint");
        }
        return differences;
    }

    private static String nameOf(@Nullable String version) {
        return version == null ? "the base" : "checkpoint " + version;
    }
}
