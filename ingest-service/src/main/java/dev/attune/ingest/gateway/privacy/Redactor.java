package dev.attune.ingest.gateway.privacy;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Replaces what a tenant wants redacted by placeholders, and counts it. */
public final class Redactor {
    private static final Set<Kind> WITH_DIGITS = EnumSet.complementOf(EnumSet.of(Kind.EMAIL));

    private final Consumer<Kind> count;

    /** @param count is told of every find */
    public Redactor(Consumer<Kind> count) {
        this.count = count;
    }

    public Redacted redact(String text, RedactionSettings settings) {
        List<Kind> kinds = settings.kinds();
        if (kinds.isEmpty()) {
            return new Redacted(text, 0);
        }
        List<Span> finds = find(text, settings);
        if (finds.isEmpty()) {
            return new Redacted(text, 0);
        }
        StringBuilder stored = new StringBuilder(text.length());
        int from = 0;
        for (Span find : finds) {
            stored.append(text, from, find.start()).append(find.kind().placeholder());
            from = find.end();
            count.accept(find.kind());
        }
        return new Redacted(stored.append(text, from, text.length()).toString(), finds.size());
    }

    /** What there is, in its order, none overlapping another. A test hands in a text that counts how often it is looked at. */
    static List<Span> find(CharSequence text, RedactionSettings settings) {
        List<Kind> kinds = settings.kinds();
        List<Span> emails = kinds.contains(Kind.EMAIL) ? EmailScan.of(text) : List.of();
        if (kinds.stream().noneMatch(WITH_DIGITS::contains)) {
            return emails;
        }
        int digit = Characters.firstDigit(text, 0);
        return digit < 0 ? emails : new NumberScan(text, settings, emails).from(digit);
    }

    /** One pass over the runs of digits: everything but an e-mail address begins near one. */
    private static final class NumberScan {
        private final CharSequence text;
        private final List<Span> emails;
        private final List<Finder> finders = new ArrayList<>();

        NumberScan(CharSequence text, RedactionSettings settings, List<Span> emails) {
            this.text = text;
            this.emails = emails;
            List<Kind> kinds = settings.kinds();
            // The stricter the form, the earlier: an IBAN's groups also look like other things.
            if (kinds.contains(Kind.IBAN)) {
                finders.add(IbanFinder::find);
            }
            if (kinds.contains(Kind.IP)) {
                finders.add(IpFinder::find);
            }
            if (kinds.contains(Kind.CARD)) {
                finders.add(CardFinder::find);
            }
            if (kinds.contains(Kind.PHONE)) {
                finders.add(new PhoneFinder(text, settings.phoneRegion())::find);
            }
        }

        List<Span> from(int firstDigit) {
            List<Span> finds = new ArrayList<>();
            int email = 0;
            int floor = 0;
            int digit = firstDigit;
            while (digit >= 0) {
                while (email < emails.size() && emails.get(email).end() <= digit) {
                    floor = emails.get(email).end();
                    finds.add(emails.get(email++));
                }
                int next;
                if (email < emails.size() && emails.get(email).start() <= digit) {
                    next = emails.get(email).end();
                } else {
                    DigitRun run = new DigitRun(text, digit, Characters.endOfDigits(text, digit), floor);
                    Span find = first(run);
                    // What runs into an address is not two things.
                    if (find != null
                            && (email == emails.size()
                                    || find.end() <= emails.get(email).start())) {
                        finds.add(find);
                        floor = find.end();
                        next = find.end();
                    } else {
                        next = run.end();
                    }
                }
                digit = Characters.firstDigit(text, next);
            }
            finds.addAll(emails.subList(email, emails.size()));
            return finds;
        }

        private @Nullable Span first(DigitRun run) {
            for (Finder finder : finders) {
                Span find = finder.find(run);
                if (find != null) {
                    return find;
                }
            }
            return null;
        }
    }

    /** Says what begins at a run of digits, or shortly before it; looks at a bounded number of characters. */
    @FunctionalInterface
    interface Finder {
        @Nullable
        Span find(DigitRun run);
    }
}
