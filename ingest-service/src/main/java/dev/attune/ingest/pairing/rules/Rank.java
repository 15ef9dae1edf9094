package dev.attune.ingest.pairing.rules;

import dev.attune.ingest.pairing.rules.AssembledPair.Origin;

/**
 * Where a pair stands among others: the lower is kept first, as under the cap per prompt.
 *
 * @param value a digit for the origin, a slash, the pair's key; it is also how stores sort
 */
public record Rank(String value) implements Comparable<Rank> {
    private static final int KEY_OFFSET = 2;

    static Rank of(Origin origin, String pairKey) {
        return new Rank(digit(origin) + "/" + pairKey);
    }

    String pairKey() {
        return value.substring(KEY_OFFSET);
    }

    @Override
    public int compareTo(Rank other) {
        return value.compareTo(other.value);
    }

    /** Stored, so not the place in the enum. */
    private static char digit(Origin origin) {
        return switch (origin) {
            case PICK -> '1';
            case EDIT -> '2';
            case THUMBS_IN_TURN -> '3';
            case THUMBS_ACROSS_TURNS -> '4';
        };
    }
}
