package dev.attune.ingest.gateway.privacy;

import java.net.Inet6Address;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds IP addresses that may be somebody's: unicast ones, without loopback, masks and multicast.
 *
 * <p>Four numbers with dots are an address unless they look like a version: behind a word such as "version" or "section", glued
 * to a name ({@code nginx/1.2.3.4}, {@code v1.2.3.4}, {@code pkg==1.2.3.4}), or with a suffix ({@code 1.2.3.4-beta}).
 */
final class IpFinder {
    private static final int LONGEST_V6 = 45;
    private static final Set<String> VERSION_WORDS = Set.of(
            "v",
            "ver",
            "vers",
            "version",
            "versions",
            "release",
            "releases",
            "build",
            "firmware",
            "driver",
            "section",
            "sections",
            "chapter",
            "clause",
            "paragraph",
            "appendix",
            "figure",
            "revision",
            "rev",
            "patch",
            "update",
            "upgrade",
            "tag",
            "oid",
            "abschnitt",
            "kapitel",
            "versión",
            "versione",
            "versão",
            "wersja",
            "версия");

    private IpFinder() {}

    static @Nullable Span find(DigitRun run) {
        Span v6 = v6(run);
        return v6 != null ? v6 : v4(run);
    }

    private static @Nullable Span v4(DigitRun run) {
        CharSequence text = run.text();
        int first = octet(text, run.start(), run.end());
        // 0 is no network, 127 the machine itself, 224 and above groups, reserved, and masks.
        if (first <= 0
                || first == 127
                || first >= 224
                || text.length() - run.start() < 7
                || text.charAt(Math.min(run.end(), text.length() - 1)) != '.') {
            return null;
        }
        int end = endOfV4(text, run.start());
        if (end < 0 || goesOn(text, end) || isVersion(text, run)) {
            return null;
        }
        return new Span(Kind.IP, run.start(), end);
    }

    /** The end of four octets, or -1. */
    private static int endOfV4(CharSequence text, int start) {
        int begin = start;
        for (int i = 0; i < 4; i++) {
            int end = Characters.endOfDigits(text, begin);
            if (octet(text, begin, end) < 0) {
                return -1;
            }
            if (i == 3) {
                return end;
            }
            if (Characters.at(text, end) != '.') {
                return -1;
            }
            begin = end + 1;
        }
        return -1;
    }

    /** Its value, or -1: a leading zero is a version's or a date's. */
    private static int octet(CharSequence text, int start, int end) {
        int length = end - start;
        if (length < 1 || length > 3 || (length > 1 && text.charAt(start) == '0')) {
            return -1;
        }
        int value = 0;
        for (int i = start; i < end; i++) {
            if (text.charAt(i) > '9') {
                return -1;
            }
            value = value * 10 + text.charAt(i) - '0';
        }
        return value <= 255 ? value : -1;
    }

    private static boolean goesOn(CharSequence text, int end) {
        char next = Characters.at(text, end);
        char after = Characters.at(text, end + 1);
        return Characters.isWord(next)
                || (next == '.' && Characters.isWord(after))
                || ((next == '-' || next == '+') && Character.isLetter(after));
    }

    private static boolean isVersion(CharSequence text, DigitRun run) {
        char before = Characters.at(text, run.start() - 1);
        char further = Characters.at(text, run.start() - 2);
        return Characters.isWord(before)
                || before == '.'
                || before == '^'
                || before == '~'
                || ((before == '-' || before == '/') && Character.isLetter(further))
                || isCompared(text, before == ' ' ? run.start() - 1 : run.start())
                || Characters.followsWord(text, run.start(), VERSION_WORDS);
    }

    /** Behind {@code ==}, {@code >=} and the like, as a package's version is. */
    private static boolean isCompared(CharSequence text, int index) {
        char last = Characters.at(text, index - 1);
        char first = Characters.at(text, index - 2);
        return ((last == '>' || last == '<') && first == ' ') || (last == '=' && "=<>~!".indexOf(first) >= 0);
    }

    private static @Nullable Span v6(DigitRun run) {
        CharSequence text = run.text();
        int start = run.start();
        while (start > run.floor() && run.start() - start < LONGEST_V6 && isV6(text.charAt(start - 1))) {
            start--;
        }
        boolean mapped = Characters.startsWith(text, start, "::ffff:");
        if (Characters.isWord(Characters.at(text, start - 1)) || !(mapped || isUnicast(text, start))) {
            return null;
        }
        int end = start;
        int colons = 0;
        while (end < text.length() && end - start <= LONGEST_V6 && isV6(text.charAt(end))) {
            colons += text.charAt(end++) == ':' ? 1 : 0;
        }
        int v4 = Characters.at(text, end) == '.' ? endOfV4(text, startOfGroup(text, end)) : -1;
        if (v4 > 0) {
            end = v4;
        } else if (end > start && text.charAt(end - 1) == ':' && Characters.at(text, end - 2) != ':') {
            end--; // the colon of a sentence
        }
        if (colons < 2
                || end - start > LONGEST_V6
                || Characters.isWord(Characters.at(text, end))
                || !isAddress(text.subSequence(start, end).toString())) {
            return null;
        }
        return new Span(Kind.IP, start, end);
    }

    private static int startOfGroup(CharSequence text, int end) {
        int start = end;
        while (start > 0 && end - start < 4 && Characters.isDigit(text.charAt(start - 1))) {
            start--;
        }
        return start;
    }

    private static boolean isV6(char c) {
        return c == ':' || (c < 128 && Character.digit(c, 16) >= 0);
    }

    /** Global, unique-local or link-local: its first group is written in full, which program text almost never has. */
    private static boolean isUnicast(CharSequence text, int start) {
        if (Characters.at(text, start + 4) != ':') {
            return false;
        }
        int group = 0;
        for (int i = start; i < start + 4; i++) {
            int digit = Character.digit(text.charAt(i), 16);
            if (digit < 0) {
                return false;
            }
            group = group * 16 + digit;
        }
        return (group & 0xe000) == 0x2000 || (group & 0xfe00) == 0xfc00 || (group & 0xffc0) == 0xfe80;
    }

    private static boolean isAddress(String literal) {
        try {
            return Inet6Address.ofLiteral(literal) != null;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
