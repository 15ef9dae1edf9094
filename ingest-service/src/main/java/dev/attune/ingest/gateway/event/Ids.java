package dev.attune.ingest.gateway.event;

import java.util.regex.Pattern;

/** The form of ids that clients choose. They become record keys, so they are short and without '/' or blanks. */
public final class Ids {
    public static final String RULE = "1 to 128 characters, each a letter, a digit or one of . _ : @ + = ~ -";

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._:@+=~-]{1,128}");

    private Ids() {}

    public static boolean isLegal(String id) {
        return FORM.matcher(id).matches();
    }
}
