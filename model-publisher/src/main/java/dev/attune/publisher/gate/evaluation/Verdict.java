package dev.attune.publisher.gate.evaluation;

/**
 * What an evaluation said.
 *
 * @param allows whether the candidate may be promoted
 * @param reason in its own words, on one line
 */
record Verdict(boolean allows, String reason) {

    private static final int LONGEST_REASON = 300;

    Verdict {
        reason = oneLine(reason);
    }

    private static String oneLine(String text) {
        StringBuilder line = new StringBuilder();
        text.strip()
                .codePoints()
                .limit(LONGEST_REASON)
                .map(character -> Character.isISOControl(character) ? ' ' : character)
                .forEach(line::appendCodePoint);
        return line.toString();
    }
}
