package dev.attune.ingest.gateway.privacy;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;
import java.util.List;
import java.util.Set;

/** What of a tenant's texts is replaced by a placeholder before anything is stored. */
public record RedactionSettings(
        @Setting(value = "Of email, phone, card, iban and ip those that are redacted.", byDefault = "[]")
        List<Kind> kinds,

        @Setting(
                value =
                        "The country, as ISO 3166's two capital letters, in which phone numbers without a country code are read."
                                + " Without it only numbers with '+' are found.",
                byDefault = "''")
        String phoneRegion) {

    /** Texts are stored as they came. */
    public static final RedactionSettings OFF = new RedactionSettings(List.of(), "");

    public RedactionSettings {
        kinds = List.copyOf(kinds);
        Checks.that(Set.copyOf(kinds).size() == kinds.size(), "kinds", "names a kind twice");
        Checks.that(
                phoneRegion.isEmpty() || PhoneFinder.isRegion(phoneRegion),
                "phoneRegion",
                "must be a country in two capital letters, such as DE, but is '" + phoneRegion + "'");
        Checks.that(
                phoneRegion.isEmpty() || kinds.contains(Kind.PHONE),
                "phoneRegion",
                "has no effect unless kinds has phone: add it, or remove the region");
    }
}
