package dev.attune.ingest.gateway.privacy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.validator.routines.DomainValidator;
import org.jspecify.annotations.Nullable;

/**
 * Finds e-mail addresses: also {@code jane [at] example [dot] org}, and with letters of any script. The domain has to end in a
 * top-level domain that exists, which leaves most code alone. Quoted local parts are not found.
 */
final class EmailScan {
    /** The most that mail servers take. */
    private static final int LONGEST_LOCAL = 64;

    private static final int LONGEST_DOMAIN = 255;
    private static final int LONGEST_LABEL = 63;

    private EmailScan() {}

    static List<Span> of(CharSequence text) {
        List<Span> finds = new ArrayList<>();
        boolean disguised = Characters.contains(text, "at]")
                || Characters.contains(text, "at)")
                || Characters.contains(text, "AT]")
                || Characters.contains(text, "AT)");
        int floor = 0;
        int at = next(text, 0, disguised);
        while (at >= 0) {
            Span find = around(text, at, endOfAt(text, at), floor);
            if (find != null) {
                finds.add(find);
                floor = find.end();
            }
            at = next(text, Math.max(at + 1, floor), disguised);
        }
        return finds;
    }

    private static int next(CharSequence text, int from, boolean disguised) {
        if (!disguised) {
            return Characters.indexOf(text, '@', from);
        }
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '@' || ((c == '[' || c == '(') && isWritten(text, i, "at"))) {
                return i;
            }
        }
        return -1;
    }

    /** True for {@code [at]} and {@code (dot)}, in either case. */
    private static boolean isWritten(CharSequence text, int index, String word) {
        char close = Characters.at(text, index + 1 + word.length());
        return Characters.startsWith(text, index + 1, word)
                && (text.charAt(index) == '[' ? close == ']' : close == ')');
    }

    private static int endOfAt(CharSequence text, int at) {
        return text.charAt(at) == '@' ? at + 1 : at + 4;
    }

    private static @Nullable Span around(CharSequence text, int at, int afterAt, int floor) {
        boolean disguised = text.charAt(at) != '@';
        int localEnd = at;
        int domainStart = afterAt;
        if (disguised) {
            localEnd -= Characters.at(text, localEnd - 1) == ' ' ? 1 : 0;
            domainStart += Characters.at(text, domainStart) == ' ' ? 1 : 0;
        }
        int start = localEnd;
        while (start > floor && localEnd - start < LONGEST_LOCAL && isLocal(text.charAt(start - 1))) {
            start--;
        }
        while (start < localEnd && !Characters.isWord(text.charAt(start))) {
            start++;
        }
        if (start == localEnd || text.charAt(localEnd - 1) == '.' || text.charAt(localEnd - 1) == '\'') {
            return null;
        }
        int end = endOfDomain(text, domainStart, disguised);
        if (end < 0 || isCode(text, start, localEnd, domainStart, end)) {
            return null;
        }
        return new Span(Kind.EMAIL, start, end);
    }

    private static boolean isLocal(char c) {
        return Characters.isWord(c) || (c < 128 && ".-+%'&~!".indexOf(c) >= 0);
    }

    private static boolean isLabel(char c) {
        return c == '-'
                || (c < 128 ? Characters.isAsciiLetter(c) || Characters.isDigit(c) : Character.isLetterOrDigit(c));
    }

    /** The end of the longest domain with a dot and a true top-level domain, or -1. */
    private static int endOfDomain(CharSequence text, int start, boolean disguised) {
        int best = -1;
        int label = start;
        boolean first = true;
        while (label - start < LONGEST_DOMAIN) {
            int end = label;
            while (end < text.length() && end - label <= LONGEST_LABEL && isLabel(text.charAt(end))) {
                end++;
            }
            if (end == label
                    || end - label > LONGEST_LABEL
                    || text.charAt(label) == '-'
                    || text.charAt(end - 1) == '-') {
                return best;
            }
            if (!first && isTopLevel(text.subSequence(label, end).toString())) {
                best = end;
            }
            first = false;
            int next = afterDot(text, end, disguised);
            if (next < 0) {
                return best;
            }
            label = next;
        }
        return best;
    }

    private static int afterDot(CharSequence text, int index, boolean disguised) {
        if (Characters.at(text, index) == '.') {
            return index + 1;
        }
        int dot = disguised && Characters.at(text, index) == ' ' ? index + 1 : index;
        if (disguised
                && (Characters.at(text, dot) == '[' || Characters.at(text, dot) == '(')
                && isWritten(text, dot, "dot")) {
            int after = dot + 5;
            return Characters.at(text, after) == ' ' ? after + 1 : after;
        }
        return -1;
    }

    private static boolean isTopLevel(String label) {
        // None is shorter than 2, and none that people write has digits.
        return label.length() >= 2
                && !Characters.isDigit(label.charAt(label.length() - 1))
                && DomainValidator.getInstance().isValidTld(label);
    }

    /** The user of a repository, a call, a picture for a dense display. */
    private static boolean isCode(CharSequence text, int start, int localEnd, int domainStart, int end) {
        char next = Characters.at(text, end);
        String local = text.subSequence(start, localEnd).toString().toLowerCase(Locale.ROOT);
        return next == '('
                || next == '_'
                || (local.equals("git") && (next == ':' || next == '/'))
                || (Characters.isDigit(text.charAt(domainStart))
                        && Characters.at(text, domainStart + 1) == 'x'
                        && Characters.at(text, domainStart + 2) == '.');
    }
}
