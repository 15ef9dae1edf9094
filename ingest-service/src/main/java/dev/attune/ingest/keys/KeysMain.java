package dev.attune.ingest.keys;

import dev.attune.ingest.gateway.access.Scope;
import dev.attune.ingest.gateway.access.TenantSettings;
import dev.attune.ingest.gateway.credential.ApiKey;
import dev.attune.ingest.gateway.credential.KeyEntry;
import dev.attune.kit.CommandLines;
import dev.attune.kit.ConfigException;
import dev.attune.kit.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code attune keys create|list|revoke}: the gateway's API keys. */
@Command(
        name = "attune keys",
        description = {
            "Makes API keys of the gateway, lists them, takes them back.",
            "It changes the file that access.keysFile of the gateway names; a running gateway reads it again by itself.",
            ""
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "(create | list | revoke)")
@SuppressWarnings("NullAway.Init") // picocli sets the options.
public final class KeysMain implements Callable<Integer> {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Clock clock = Clock.systemUTC();

    @Spec
    private CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(CommandLines.run(new KeysMain(), arguments));
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.USAGE;
    }

    /** Which file. */
    static final class Where {
        @Option(names = "--file", required = true, paramLabel = "FILE", description = "The credentials file (YAML).")
        private Path file;

        private KeysStore store() {
            return new KeysStore(file);
        }
    }

    @Command(
            description = "Makes a key, adds its salted hash to the file and prints the key: it is shown this once.",
            mixinStandardHelpOptions = true)
    int create(
            @Mixin Where where,
            @Option(
                            names = "--tenant",
                            required = true,
                            paramLabel = "T",
                            description = "The tenant that it stands for.")
                    String tenant,
            @Option(
                            names = "--scopes",
                            required = true,
                            split = ",",
                            paramLabel = "SCOPE",
                            description = "What it allows: write-completions, write-feedback, read, admin.")
                    List<String> scopes,
            @Option(
                            names = "--expires",
                            paramLabel = "WHEN",
                            description =
                                    "A time (2027-01-31T00:00:00Z) or a number of days from now (90d); never where it"
                                            + " is not given.")
                    @Nullable
                    String expires,
            @Option(
                            names = "--not-before",
                            paramLabel = "WHEN",
                            description = "It is refused before this time, in the same form.")
                    @Nullable
                    String notBefore,
            @Option(names = "--label", paramLabel = "TEXT", defaultValue = "", description = "Who has it, for people.")
                    String label)
            throws IOException {
        TenantSettings.checkId("--tenant", tenant);
        ApiKey key = ApiKey.create(RANDOM);
        byte[] salt = new byte[ApiKey.SALT_BYTES];
        RANDOM.nextBytes(salt);
        KeyEntry entry = KeyEntry.of(
                key, salt, tenant, scopes(scopes), time("--not-before", notBefore), time("--expires", expires), label);
        where.store().update(before -> {
            List<KeyEntry> all = new ArrayList<>(before);
            all.add(entry);
            return all;
        });
        say(key.text());
        spec.commandLine()
                .getErr()
                .println("added " + entry.keyId() + " to " + where.file + "; the key above is shown only now");
        return ExitCode.OK;
    }

    @Command(
            description = "The keys of a file: everything but the secrets, which it does not have.",
            mixinStandardHelpOptions = true)
    int list(@Mixin Where where) {
        Instant now = clock.instant();
        for (KeyEntry key : where.store().read()) {
            say("%s  %s  %s  %s%s"
                    .formatted(
                            key.keyId(),
                            key.tenant(),
                            String.join(",", key.scopes()),
                            validity(key, now),
                            key.label().isEmpty() ? "" : "  " + key.label()));
        }
        return ExitCode.OK;
    }

    @Command(
            description = "Takes a key back: gateways refuse it once they have read the file again.",
            mixinStandardHelpOptions = true)
    int revoke(@Mixin Where where, @Parameters(paramLabel = "KEYID", description = "As `list` shows it.") String keyId)
            throws IOException {
        where.store().update(before -> {
            List<KeyEntry> rest =
                    before.stream().filter(key -> !key.keyId().equals(keyId)).toList();
            if (rest.size() == before.size()) {
                throw new ConfigException("KEYID", "'" + keyId + "' is not in " + where.file);
            }
            return rest;
        });
        say("revoked " + keyId);
        return ExitCode.OK;
    }

    private static String validity(KeyEntry key, Instant now) {
        if (!now.isBefore(key.until())) {
            return "expired " + key.until();
        }
        String until = key.until().equals(Instant.MAX) ? "does not expire" : "until " + key.until();
        return now.isBefore(key.from()) ? "from " + key.from() + " " + until : until;
    }

    private static Set<Scope> scopes(List<String> titles) {
        Set<Scope> scopes = EnumSet.noneOf(Scope.class);
        for (String title : titles) {
            scopes.add(Scope.ofTitle(title.strip())
                    .orElseThrow(
                            () -> new ConfigException("--scopes", "'" + title + "' is none of " + Scope.titles())));
        }
        return scopes;
    }

    private @Nullable Instant time(String option, @Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            if (text.matches("\\d{1,5}d")) {
                long days = Long.parseLong(text.substring(0, text.length() - 1));
                return clock.instant().plus(Duration.ofDays(days)).truncatedTo(ChronoUnit.SECONDS);
            }
            return Instant.parse(text);
        } catch (DateTimeException _) {
            throw new ConfigException(
                    option, "must be a time such as 2027-01-31T00:00:00Z or days such as 90d, but is '" + text + "'");
        }
    }

    private void say(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }
}
