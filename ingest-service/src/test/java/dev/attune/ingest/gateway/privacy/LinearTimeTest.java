package dev.attune.ingest.gateway.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Texts made to be slow. The work is counted, not timed: how often a character is looked at, with those that libphonenumber and
 * Commons Validator get to see.
 */
class LinearTimeTest {
    private static final RedactionSettings ALL = new RedactionSettings(List.of(Kind.values()), "DE");
    private static final int SIZE = 20_000;

    /** Far above what a text needs, far below what anything quadratic takes on the longer one. */
    private static final int MOST_LOOKS_A_CHARACTER = 600;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "@",
                "a@",
                "a@a.",
                "a@a.de ",
                "a.",
                "[at]",
                "a@a-",
                "at]",
                "[AT] a [dot] ",
                "+",
                "0",
                "01 ",
                "+4",
                "1 ",
                "12 34 ",
                "1.",
                "1.2.3.4.",
                "8.8.8.8 ",
                "fe80:",
                "2001:",
                "::ffff:",
                "DE89 ",
                "DE89",
                "DE89 3704 ",
                "4111 ",
                "4111-",
                "(0",
                "0/",
                "tel 0",
                "tel 030 12 ",
                "2012-01-02 08:00 ",
                "012345678 ",
                "+49 17",
                "((((",
                "0-0 ",
                "\u0660",
                "a1",
                "@1.",
                "%",
                "\u00e9@\u00e9."
            })
    void twiceTheTextIsTwiceTheWork(String piece) {
        long once = work(piece.repeat(SIZE / piece.length()));
        long twice = work(piece.repeat(2 * SIZE / piece.length()));

        assertThat(once).isLessThan((long) SIZE * MOST_LOOKS_A_CHARACTER);
        assertThat(twice).isLessThan(once * 21 / 10 + 10_000);
    }

    private static long work(String text) {
        CountingText counting = new CountingText(text);
        List<Span> found = Redactor.find(counting, ALL);
        assertThat(found).isEqualTo(Redactor.find(text, ALL));
        return counting.looks;
    }

    private static final class CountingText implements CharSequence {
        private final String text;
        private long looks;

        CountingText(String text) {
            this.text = text;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            looks++;
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            looks += end - start;
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            throw new AssertionError("the whole text was copied");
        }
    }
}
