package dev.attune.ingest.gateway.privacy;

import org.jspecify.annotations.Nullable;

/** Groups of digits that may be a phone number, and those of them that are looked at. */
final class PhoneShape {
    private static final int MOST_GROUPS = 8;
    private static final int MOST_DIGITS = 17;
    private static final int MOST_BETWEEN = 3;

    private final CharSequence text;
    private final int start;
    private final int[] begins;
    private final int[] ends;
    private final int count;

    private PhoneShape(CharSequence text, int start, int[] begins, int[] ends, int count) {
        this.text = text;
        this.start = start;
        this.begins = begins;
        this.ends = ends;
        this.count = count;
    }

    /** The longest shape at a run of digits, or null where that is too long for any. */
    static @Nullable PhoneShape at(DigitRun run, int start) {
        CharSequence text = run.text();
        int[] begins = new int[MOST_GROUPS];
        int[] ends = new int[MOST_GROUPS];
        int count = 0;
        int digits = 0;
        int begin = run.start();
        while (begin >= 0 && count < MOST_GROUPS) {
            int end = Characters.endOfDigits(text, begin);
            digits += end - begin;
            if (digits > MOST_DIGITS) {
                break;
            }
            begins[count] = begin;
            ends[count++] = end;
            begin = nextGroup(text, end, count);
        }
        return count == 0 ? null : new PhoneShape(text, start, begins, ends, count);
    }

    private static int nextGroup(CharSequence text, int end, int count) {
        for (int i = end; i < end + MOST_BETWEEN + 1; i++) {
            char c = Characters.at(text, i);
            if (Characters.isDigit(c)) {
                return i;
            }
            if (" .-()\u00a0\u2010\u2011\u2013\u202f".indexOf(c) < 0 && !(c == '/' && count == 1)) {
                return -1;
            }
        }
        return -1;
    }

    PhoneShape cut(int groups) {
        return new PhoneShape(text, start, begins, ends, groups);
    }

    CharSequence text() {
        return text;
    }

    /** Where it begins, with '+' or '('. */
    int start() {
        return start;
    }

    /** How many groups it has. */
    int count() {
        return count;
    }

    int end() {
        return ends[count - 1];
    }

    int length(int group) {
        return ends[group] - begins[group];
    }

    int digits() {
        int digits = 0;
        for (int i = 0; i < count; i++) {
            digits += length(i);
        }
        return digits;
    }

    int value(int group) {
        int value = 0;
        for (int i = begins[group]; i < ends[group] && i < begins[group] + 8; i++) {
            value = value * 10 + Character.digit(text.charAt(i), 10);
        }
        return value;
    }

    boolean startsWithZero() {
        return Character.digit(text.charAt(begins[0]), 10) == 0;
    }

    boolean startsWithParenthesis() {
        return text.charAt(start) == '(';
    }

    /** The first character after a group. */
    char after(int group) {
        return Characters.at(text, ends[group]);
    }

    boolean isSeparatedBy(char separator) {
        for (int i = 0; i + 1 < count; i++) {
            if (begins[i + 1] - ends[i] != 1 || after(i) != separator) {
                return false;
            }
        }
        return count > 1;
    }

    /** 24.11.2026, 11/24/2026, 2026-11-24, whatever follows. */
    boolean isDate() {
        if (count < 3
                || begins[1] - ends[0] != 1
                || begins[2] - ends[1] != 1
                || after(0) != after(1)
                || after(0) == ' ') {
            return false;
        }
        boolean yearFirst = isYear(0) && length(1) <= 2 && length(2) <= 2;
        boolean yearLast = isYear(2) && length(0) <= 2 && length(1) <= 2 && value(0) <= 31 && value(1) <= 31;
        return yearFirst || yearLast;
    }

    private boolean isYear(int group) {
        return length(group) == 4 && value(group) >= 1900 && value(group) < 2100;
    }

    /** 1 234 567 or 1.234.567: groups of a large number. */
    boolean isThousands() {
        for (int i = 1; i < count; i++) {
            if (length(i) != 3) {
                return false;
            }
        }
        return count > 1 && length(0) <= 3 && !startsWithZero() && !startsWithParenthesis();
    }

    /** Four octets. */
    boolean isAddress() {
        for (int i = 0; i < count; i++) {
            if (length(i) > 3 || value(i) > 255) {
                return false;
            }
        }
        return count == 4 && isSeparatedBy('.');
    }

    /** North American groups: 415 555 2671, with or without 1. */
    boolean isNorthAmerican() {
        int first = count == 4 && length(0) == 1 && value(0) == 1 ? 1 : 0;
        return count == first + 3 && length(first) == 3 && length(first + 1) == 3 && length(first + 2) == 4;
    }
}
