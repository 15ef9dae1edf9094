package dev.attune.ingest.gateway.privacy;

import java.util.Locale;
import org.apache.commons.validator.routines.IBANValidator;
import org.jspecify.annotations.Nullable;

/** Finds IBANs, in one piece or in groups: of a country that has them, in its length and form, with right check digits. */
final class IbanFinder {
    private static final IBANValidator VALIDATOR = IBANValidator.getInstance();
    private static final int COUNTRY = 2;

    private IbanFinder() {}

    /** {@code run} has its check digits. */
    static @Nullable Span find(DigitRun run) {
        CharSequence text = run.text();
        int start = run.start() - COUNTRY;
        if (start < run.floor()
                || run.length() < 2
                || !Characters.isAsciiLetter(text.charAt(start))
                || !Characters.isAsciiLetter(text.charAt(start + 1))
                || Characters.isWord(Characters.at(text, start - 1))) {
            return null;
        }
        String country = text.subSequence(start, run.start()).toString().toUpperCase(Locale.ROOT);
        IBANValidator.Validator form = VALIDATOR.getValidator(country);
        if (form == null) {
            return null;
        }
        int length = form.getIbanLength();
        StringBuilder iban = new StringBuilder(length);
        int end = start;
        while (iban.length() < length && end < text.length()) {
            char c = text.charAt(end);
            boolean separates = (c == ' ' || c == '-' || c == '\u00a0') && end > start && isPart(text.charAt(end - 1));
            if (!separates && !isPart(c)) {
                return null;
            }
            if (!separates) {
                iban.append(c);
            }
            end++;
        }
        boolean valid = iban.length() == length
                && !Characters.isWord(Characters.at(text, end))
                && VALIDATOR.isValid(iban.toString().toUpperCase(Locale.ROOT));
        return valid ? new Span(Kind.IBAN, start, end) : null;
    }

    private static boolean isPart(char c) {
        return c < 128 && (Characters.isAsciiLetter(c) || Characters.isDigit(c));
    }
}
