package dev.attune.ingest.gateway.privacy;

/**
 * Digits that follow each other, in a text.
 *
 * @param floor where the text before was redacted already: a find must not begin before it
 */
record DigitRun(CharSequence text, int start, int end, int floor) {

    int length() {
        return end - start;
    }
}
