package dev.attune.ingest.gateway.privacy;

import java.util.Set;
import org.apache.commons.validator.routines.CreditCardValidator;
import org.apache.commons.validator.routines.CreditCardValidator.CreditCardRange;
import org.jspecify.annotations.Nullable;

/**
 * Finds payment card numbers: in one piece, or in the groups that are printed on cards; with the first digits and the length of a
 * scheme, and Luhn's check digit. Visa's old 13 digits are left out, because product codes of that length are far more common.
 */
final class CardFinder {
    private static final int SHORTEST = 14;
    private static final int LONGEST = 19;
    private static final Set<String> GROUPINGS = Set.of("4444", "465", "464", "44443", "446", "44442", "48");

    private static final CreditCardValidator SCHEMES = new CreditCardValidator(new CreditCardRange[] {
        new CreditCardRange("4", null, new int[] {16, 19}), // Visa
        new CreditCardRange("51", "55", 16, 16), // Mastercard
        new CreditCardRange("2221", "2720", 16, 16),
        new CreditCardRange("34", null, 15, 15), // American Express
        new CreditCardRange("37", null, 15, 15),
        new CreditCardRange("6011", null, 16, 19), // Discover
        new CreditCardRange("644", "649", 16, 19),
        new CreditCardRange("65", null, 16, 19),
        new CreditCardRange("300", "305", 14, 14), // Diners Club
        new CreditCardRange("3095", null, 14, 14),
        new CreditCardRange("36", null, 14, 14),
        new CreditCardRange("38", "39", 14, 14),
        new CreditCardRange("3528", "3589", 16, 19), // JCB
        new CreditCardRange("62", null, 16, 19), // UnionPay
        new CreditCardRange("5018", null, 16, 19), // Maestro
        new CreditCardRange("5020", null, 16, 19),
        new CreditCardRange("5038", null, 16, 19),
        new CreditCardRange("6304", null, 16, 19),
        new CreditCardRange("6759", null, 16, 19),
        new CreditCardRange("6761", "6763", 16, 19),
        new CreditCardRange("2200", "2204", 16, 19), // Mir
    });

    private CardFinder() {}

    static @Nullable Span find(DigitRun run) {
        if (run.length() < 4 || run.length() > LONGEST || isPartOfMore(run)) {
            return null;
        }
        CharSequence text = run.text();
        StringBuilder digits = new StringBuilder(LONGEST);
        StringBuilder groups = new StringBuilder();
        char separator = 0;
        int begin = run.start();
        int end = begin;
        while (true) {
            int groupEnd = Characters.endOfDigits(text, begin);
            if (digits.length() + groupEnd - begin > LONGEST) {
                break;
            }
            for (int i = begin; i < groupEnd; i++) {
                Characters.appendDigit(digits, text.charAt(i));
            }
            groups.append(groupEnd - begin);
            end = groupEnd;
            char next = Characters.at(text, end);
            boolean goesOn = (next == ' ' || next == '-' || next == '\u00a0' || next == '.')
                    && (separator == 0 || separator == next)
                    && Characters.isDigit(Characters.at(text, end + 1))
                    && digits.length() < SHORTEST + 2;
            if (!goesOn) {
                break;
            }
            separator = next;
            begin = end + 1;
        }
        boolean grouped = separator != 0;
        if (digits.length() < SHORTEST
                || (grouped && !GROUPINGS.contains(groups.toString()))
                || goesOn(text, end)
                || !SCHEMES.isValid(digits.toString())) {
            return null;
        }
        return new Span(Kind.CARD, run.start(), end);
    }

    private static boolean isPartOfMore(DigitRun run) {
        char before = Characters.at(run.text(), run.start() - 1);
        return Characters.isWord(before) || "-.#@/+$\u20ac\u00a3".indexOf(before) >= 0;
    }

    private static boolean goesOn(CharSequence text, int end) {
        char next = Characters.at(text, end);
        return Characters.isWord(next)
                || next == '@'
                || ((next == '-' || next == '.' || next == '/') && Characters.isWord(Characters.at(text, end + 1)));
    }
}
