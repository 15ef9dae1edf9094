package dev.attune.trainer.batch;

/**
 * A pair of one tenant, or a single answer by its completion: no tenant can speak of another's.
 *
 * @param tenant without a slash
 */
public record ExampleKey(String tenant, String pairId) implements Comparable<ExampleKey> {
    private static final int MAX_LENGTH = 1_000;

    public ExampleKey {
        if (!isLegal(tenant) || !isLegal(pairId) || tenant.contains("/")) {
            throw new IllegalArgumentException(
                    "tenant and pairId have 1 to " + MAX_LENGTH + " printable characters, a tenant no slash");
        }
    }

    /** Reads {@link #toString()}. */
    static ExampleKey parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("'" + text + "' is not tenant/pairId");
        }
        return new ExampleKey(text.substring(0, slash), text.substring(slash + 1));
    }

    /** Line breaks above all: the ledger has one pair a line. */
    private static boolean isLegal(String id) {
        return !id.isEmpty() && id.length() <= MAX_LENGTH && id.chars().noneMatch(Character::isISOControl);
    }

    @Override
    public int compareTo(ExampleKey other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return tenant + "/" + pairId;
    }
}
