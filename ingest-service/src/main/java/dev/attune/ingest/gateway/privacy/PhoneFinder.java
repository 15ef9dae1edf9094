package dev.attune.ingest.gateway.privacy;

import com.google.i18n.phonenumbers.PhoneNumberMatch;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.Leniency;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberType;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds phone numbers in one text: whatever begins with '+' and is valid, and numbers of the configured country where their form or a
 * word before them says that they are no other number.
 *
 * <p>libphonenumber judges; it sees short pieces only, since on whole texts its finder takes quadratic time. A text gets a number of
 * judgements that grows with its length; whoever makes more of them necessary finds his numbers redacted unjudged.
 */
final class PhoneFinder {
    private static final PhoneNumberUtil PHONES = PhoneNumberUtil.getInstance();
    private static final String NO_REGION = "ZZ";
    private static final int LEAST_DIGITS = 7;
    private static final int LEAST_MOBILE_DIGITS = 10;
    private static final int JUDGEMENTS = 64;
    private static final int CHARACTERS_A_JUDGEMENT = 16;
    private static final int WORDS_WITHIN = 30;
    private static final int NORTH_AMERICA = 1;

    private static final Set<String> PHONE_WORDS = Set.of(
            "tel",
            "tele",
            "telephone",
            "phone",
            "phones",
            "mobile",
            "mob",
            "cell",
            "cellphone",
            "call",
            "calls",
            "fax",
            "whatsapp",
            "sms",
            "text",
            "ring",
            "dial",
            "handy",
            "telefon",
            "telefonnummer",
            "handynummer",
            "mobil",
            "mobilnummer",
            "rufnummer",
            "festnetz",
            "telefono",
            "teléfono",
            "móvil",
            "movil",
            "celular",
            "llama",
            "llámame",
            "portable",
            "téléphone",
            "tél",
            "numéro",
            "appelez",
            "cellulare",
            "telefone",
            "telemóvel",
            "telefoon",
            "mobiel",
            "telefonnr",
            "puhelin",
            "тел",
            "телефон",
            "моб",
            "هاتف",
            "電話",
            "电话",
            "phonenumber",
            "hotline");
    private static final Set<String> OTHER_WORDS = Set.of(
            "order",
            "orders",
            "invoice",
            "id",
            "ref",
            "reference",
            "ticket",
            "case",
            "sku",
            "isbn",
            "serial",
            "tracking",
            "account",
            "item",
            "bestellung",
            "bestellnummer",
            "rechnung",
            "rechnungsnummer",
            "kundennummer",
            "auftrag",
            "commande",
            "facture",
            "pedido",
            "factura",
            "part",
            "model",
            "customer",
            "issn",
            "ean",
            "gtin",
            "upc",
            "parcel",
            "shipment",
            "seed",
            "timestamp");

    private final String region;
    private final boolean northAmerican;
    private int judgements;
    private int triedUpTo;

    PhoneFinder(CharSequence text, String region) {
        this.region = region.isEmpty() ? NO_REGION : region;
        this.northAmerican = PHONES.getCountryCodeForRegion(this.region) == NORTH_AMERICA;
        this.judgements = JUDGEMENTS + text.length() / CHARACTERS_A_JUDGEMENT;
    }

    static boolean isRegion(String region) {
        return PHONES.getSupportedRegions().contains(region);
    }

    @Nullable
    Span find(DigitRun run) {
        CharSequence text = run.text();
        int start = run.start();
        if (start > run.floor() && text.charAt(start - 1) == '(') {
            start--;
        }
        boolean international = start > run.floor() && isPlus(text.charAt(start - 1));
        if (international) {
            start--;
        }
        if (international ? Characters.isWord(Characters.at(text, start - 1)) : region.equals(NO_REGION)) {
            return null;
        }
        PhoneShape shape = PhoneShape.at(run, start);
        if (shape == null || shape.digits() < LEAST_DIGITS) {
            return null;
        }
        int end = international ? endOf(shape, false, true) : endOfNational(shape);
        return end < 0 ? null : new Span(Kind.PHONE, start, end);
    }

    private int endOfNational(PhoneShape shape) {
        boolean again = shape.start() < triedUpTo && !shape.startsWithZero() && !shape.startsWithParenthesis();
        if (again && !northAmerican) {
            return -1;
        }
        boolean called = isCalledPhone(shape);
        int end = isGlued(shape, called) ? -1 : endOf(shape, called, false);
        triedUpTo = Math.max(triedUpTo, shape.end());
        return end;
    }

    /** The end of the longest number that begins here, or -1. */
    private int endOf(PhoneShape longest, boolean called, boolean international) {
        for (int groups = longest.count(); groups > 0; groups--) {
            PhoneShape shape = longest.cut(groups);
            boolean ends = groups == longest.count() ? !goesOn(shape) : Character.isSpaceChar(shape.after(groups - 1));
            if (shape.digits() < LEAST_DIGITS) {
                return -1;
            }
            if (ends && (international || isPlausible(shape, called)) && isNumber(shape, called, international)) {
                return shape.end();
            }
        }
        return -1;
    }

    /** Whether a national number may be written like this, before the costly question whether there is such a number. */
    private boolean isPlausible(PhoneShape shape, boolean called) {
        if (shape.isDate() || shape.isAddress() || shape.digits() > 15) {
            return false;
        }
        if (called) {
            return true;
        }
        if (shape.count() == 1) {
            return shape.startsWithZero()
                    && shape.digits() >= LEAST_MOBILE_DIGITS
                    && !Characters.followsWord(shape.text(), shape.start(), OTHER_WORDS);
        }
        boolean lonelyZero = shape.length(0) == 1 && shape.startsWithZero() && !shape.startsWithParenthesis();
        boolean decimal = shape.count() == 2 && shape.isSeparatedBy('.');
        if (lonelyZero || decimal || Characters.followsWord(shape.text(), shape.start(), OTHER_WORDS)) {
            return false;
        }
        return northAmerican ? shape.isNorthAmerican() : shape.startsWithZero() || hasSubscriberGroups(shape);
    }

    /** No group of one digit but the first, which is a trunk prefix. */
    private static boolean hasSubscriberGroups(PhoneShape shape) {
        for (int i = 1; i < shape.count(); i++) {
            if (shape.length(i) == 1) {
                return false;
            }
        }
        return true;
    }

    private boolean isNumber(PhoneShape shape, boolean called, boolean international) {
        if (judgements-- <= 0) {
            return true;
        }
        boolean exact = !called
                && !international
                && !shape.startsWithZero()
                && (shape.isThousands() || (shape.count() == 2 && !shape.startsWithParenthesis()));
        String candidate = shape.text().subSequence(shape.start(), shape.end()).toString();
        Iterator<PhoneNumberMatch> matches = PHONES.findNumbers(
                        candidate, region, exact ? Leniency.EXACT_GROUPING : Leniency.VALID, 1)
                .iterator();
        if (!matches.hasNext()) {
            return false;
        }
        PhoneNumberMatch match = matches.next();
        boolean whole = match.start() == 0 && match.end() == candidate.length();
        boolean bare = !called && !international && shape.count() == 1;
        return whole && (!bare || isMobile(match));
    }

    private static boolean isMobile(PhoneNumberMatch match) {
        PhoneNumberType type = PHONES.getNumberType(match.number());
        return type == PhoneNumberType.MOBILE || type == PhoneNumberType.FIXED_LINE_OR_MOBILE;
    }

    private static boolean isPlus(char c) {
        return c == '+' || c == '\uff0b';
    }

    /** True where it continues something else: a name, a price, a path, a fraction, a calculation. */
    private static boolean isGlued(PhoneShape shape, boolean called) {
        char before = Characters.at(shape.text(), shape.start() - 1);
        char further = Characters.at(shape.text(), shape.start() - 2);
        if (before == ':' || before == '.') {
            return called
                    ? Characters.isDigit(further)
                    : !Character.isLetter(further) && further != '"' && further != '\'';
        }
        if (before == '=') {
            return !called;
        }
        char price = before == ' ' ? further : before;
        return Characters.isWord(before)
                || "_@#&/-%*^~\\,+".indexOf(before) >= 0
                || (price < 128 ? price == '$' : Character.getType(price) == Character.CURRENCY_SYMBOL);
    }

    private static boolean goesOn(PhoneShape shape) {
        CharSequence text = shape.text();
        char next = Characters.at(text, shape.end());
        char after = Characters.at(text, shape.end() + 1);
        return Characters.isWord(next)
                || next == '@'
                || next == '%'
                || (next == ')' && shape.startsWithParenthesis() && !Characters.isDigit(after) && shape.count() == 1)
                || ((next == '.'
                                || next == ','
                                || next == '-'
                                || next == ':'
                                || next == '/'
                                || next == '='
                                || next == '*')
                        && Characters.isWord(after));
    }

    private static boolean isCalledPhone(PhoneShape shape) {
        String before = shape.text()
                .subSequence(Math.max(0, shape.start() - WORDS_WITHIN), shape.start())
                .toString();
        int end = -1;
        for (int i = before.length() - 1; i >= -1; i--) {
            boolean letter = i >= 0 && Character.isLetter(before.charAt(i));
            if (letter && end < 0) {
                end = i + 1;
            } else if (!letter && end >= 0) {
                if (PHONE_WORDS.contains(before.substring(i + 1, end).toLowerCase(Locale.ROOT))) {
                    return true;
                }
                end = -1;
            }
            if (i >= 0 && before.charAt(i) == '\n') {
                return false;
            }
        }
        return false;
    }
}
