package dev.attune.ingest.gateway.privacy;

import java.util.Locale;
import java.util.Set;

/** Questions about the characters of a text; outside of it there are only ends of lines. */
final class Characters {
    private static final int LONGEST_WORD = 14;
    private static final int MOST_BETWEEN = 4;

    private Characters() {}

    static char at(CharSequence text, int index) {
        return index >= 0 && index < text.length() ? text.charAt(index) : '\n';
    }

    /** Digits of any script: a phone number is one in Arabic digits too. */
    static boolean isDigit(char c) {
        return c < 128 ? c >= '0' && c <= '9' : Character.isDigit(c);
    }

    static boolean isAsciiLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    /** What words, names and numbers of programs are made of. */
    static boolean isWord(char c) {
        return c < 128 ? isAsciiLetter(c) || isDigit(c) || c == '_' : Character.isLetterOrDigit(c);
    }

    static int indexOf(CharSequence text, char c, int from) {
        if (text instanceof String string) {
            return string.indexOf(c, from);
        }
        for (int i = from; i < text.length(); i++) {
            if (text.charAt(i) == c) {
                return i;
            }
        }
        return -1;
    }

    /** Whether it has a part of three characters. */
    static boolean contains(CharSequence text, String part) {
        if (text instanceof String string) {
            return string.contains(part);
        }
        for (int i = indexOf(text, part.charAt(0), 0); i >= 0; i = indexOf(text, part.charAt(0), i + 1)) {
            if (at(text, i + 1) == part.charAt(1) && at(text, i + 2) == part.charAt(2)) {
                return true;
            }
        }
        return false;
    }

    /** True where {@code part}, which is in lower case, stands there in either case. */
    static boolean startsWith(CharSequence text, int index, String part) {
        for (int i = 0; i < part.length(); i++) {
            if (Character.toLowerCase(at(text, index + i)) != part.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    static int firstDigit(CharSequence text, int from) {
        int length = text.length();
        for (int i = from; i < length; i++) {
            if (isDigit(text.charAt(i))) {
                return i;
            }
        }
        return -1;
    }

    static int endOfDigits(CharSequence text, int from) {
        int end = from;
        while (end < text.length() && isDigit(text.charAt(end))) {
            end++;
        }
        return end;
    }

    /** ASCII digits of what may be another script's. */
    static void appendDigit(StringBuilder digits, char c) {
        digits.append((char) ('0' + Character.digit(c, 10)));
    }

    /** True where one of these words, in lower case, stands before {@code index}, with at most some signs in between. */
    static boolean followsWord(CharSequence text, int index, Set<String> words) {
        int end = index;
        while (end > 0 && index - end < MOST_BETWEEN && " :=\"'`>(.#-\u00a0\uff1a".indexOf(text.charAt(end - 1)) >= 0) {
            end--;
        }
        int start = end;
        while (start > 0 && end - start <= LONGEST_WORD && Character.isLetter(text.charAt(start - 1))) {
            start--;
        }
        return words.contains(text.subSequence(start, end).toString().toLowerCase(Locale.ROOT));
    }
}
