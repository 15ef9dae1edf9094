package dev.attune.ingest.pairing;

import dev.attune.ingest.pairing.rules.BudgetRules;
import dev.attune.ingest.pairing.rules.PairRules;
import dev.attune.ingest.pairing.rules.TurnLimits;
import dev.attune.kit.AdminSettings;
import dev.attune.kit.BearerKeys;
import dev.attune.kit.Checks;
import dev.attune.kit.KafkaSettings;
import dev.attune.kit.SchemaRegistrySettings;
import dev.attune.kit.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The pairing application's configuration. */
public record PairingConfig(
        @Setting("How to reach Kafka.") KafkaSettings kafka,

        @Setting("How to reach the Schema Registry.") SchemaRegistrySettings schemaRegistry,

        @Setting("Where health and metrics are served.") AdminSettings admin,

        @Setting(value = "Put before the name of every topic.", byDefault = "attune.")
        String topicPrefix,

        @Setting(
                value = "Names the application to Kafka: consumer group, changelogs and transactions hang on it. Two"
                        + " installations on one cluster need two names.",
                byDefault = "attune-pairing")
        String applicationId,

        @Setting(
                value =
                        "Names this instance among those of the application, for example the ordinal of its pod. With it"
                                + " a restarted instance takes up its work at once, without it the group first waits"
                                + " for the session timeout.",
                optional = true)
        @Nullable
        String instanceId,

        @Setting("Folder of the state stores. It may be lost (the stores are rebuilt from Kafka), but that takes time.")
        Path stateDir,

        @Setting(value = "Stream threads.", byDefault = "1") int threads,

        @Setting(
                value =
                        "How many other instances keep a warm copy of each state store. With 1 the loss of an instance costs"
                                + " its session timeout; with 0 also the time in which another one rebuilds the stores from"
                                + " Kafka.",
                byDefault = "0")
        int standbyReplicas,

        @Setting(
                value =
                        "About how many MiB of turns and prompts are kept decoded in memory, of all partitions together: what comes"
                                + " back to them soon need not read the stores.",
                byDefault = "128")
        int cacheMegabytes,

        @Setting(
                value =
                        "So many MiB outside the heap for the stores of all partitions together, half of it for what is not"
                                + " written to files yet. With many partitions more of it saves writing many small files.",
                byDefault = "384")
        int storeMegabytes,

        Emission emission,
        Rules rules,
        Budgets budgets,
        Limits limits,
        Queries queries) {

    private static final int MOST_THREADS = 256;
    private static final int MOST_STANDBYS = 8;
    private static final int MOST_MEGABYTES = 1 << 20;
    /** Below it the indexes and filters of one partition do not stay in memory. */
    private static final int LEAST_STORE_MEGABYTES = 16;

    public PairingConfig {
        Checks.notBlank("applicationId", applicationId);
        Checks.between("threads", threads, 1, MOST_THREADS);
        Checks.between("standbyReplicas", standbyReplicas, 0, MOST_STANDBYS);
        Checks.between("cacheMegabytes", cacheMegabytes, 0, MOST_MEGABYTES);
        Checks.between("storeMegabytes", storeMegabytes, LEAST_STORE_MEGABYTES, MOST_MEGABYTES);
    }

    /** Who may ask why there is a pair, or none. */
    public record Queries(
            @Setting(
                    value =
                            "Where the other instances reach this one's admin server, as host:port: what one does not hold it"
                                    + " asks another. Not needed with one instance.",
                    optional = true)
            @Nullable
            String advertisedAddress,

            @Setting(
                    value = "The tenants that may ask, each about its own turns and prompts. Nobody may without it.",
                    byDefault = "[]")
            List<QueryTenant> tenants) {

        private static final Pattern ADDRESS = Pattern.compile("[^\\s:/]+:\\d{1,5}");

        public Queries {
            Checks.that(
                    advertisedAddress == null
                            || ADDRESS.matcher(advertisedAddress).matches(),
                    "advertisedAddress",
                    "must be host:port, but is '" + advertisedAddress + "'");
            tenants = List.copyOf(tenants);
        }
    }

    /** A tenant, and how it proves who it is. */
    public record QueryTenant(
            @Setting("Its name, as in the gateway's configuration.")
            String id,

            @Setting(
                    "Its API keys: 'sha256:' and the key's SHA-256 in hex, or the key itself, which should then come from"
                            + " the environment: ${NAME}.")
            List<String> apiKeys) {

        public QueryTenant {
            Checks.notBlank("id", id);
            BearerKeys.check(apiKeys);
            apiKeys = List.copyOf(apiKeys);
        }

        /** Without the keys, so that no log has them. */
        @Override
        public String toString() {
            return "QueryTenant[id=" + id + ", apiKeys=" + apiKeys.size() + " hidden]";
        }
    }

    /** When changes of a prompt go out. */
    public record Emission(
            @Setting(value = "A prompt's changes go out once it was quiet for so long.", byDefault = "2s")
            Duration quietPeriod,

            @Setting(value = "They go out so long after the first change even if it is never quiet.", byDefault = "30s")
            Duration maxDelay) {

        private static final Duration SHORTEST_LOOK = Duration.ofMillis(20);
        private static final Duration LONGEST_LOOK = Duration.ofMillis(500);
        private static final int LOOKS_A_PERIOD = 4;

        public Emission {
            Checks.positive("quietPeriod", quietPeriod);
            Checks.that(
                    maxDelay.compareTo(quietPeriod) >= 0,
                    "maxDelay",
                    "must not be shorter than quietPeriod (" + quietPeriod.toMillis() + "ms), but is "
                            + maxDelay.toMillis() + "ms");
        }

        /** How often to look for prompts that are due. */
        Duration lookInterval() {
            Duration interval = quietPeriod.dividedBy(LOOKS_A_PERIOD);
            if (interval.compareTo(SHORTEST_LOOK) < 0) {
                return SHORTEST_LOOK;
            }
            return interval.compareTo(LONGEST_LOOK) > 0 ? LONGEST_LOOK : interval;
        }
    }

    /** What makes a pair. */
    public record Rules(
            @Setting(
                    value =
                            "k in the strength (s + k) / (s + o + 2k): how many undecided users are assumed on each side."
                                    + " Half a user makes one vote 0.75 and three against none 0.875.",
                    byDefault = "0.5")
            double smoothing,

            @Setting(
                    value = "How much of a thumb down it is that a user asks for another answer, 0 for nothing. Off by"
                            + " default: people also regenerate out of curiosity. 0.25 is a cautious value; any"
                            + " thumb, pick or edit of the same user on the answer counts instead of it.",
                    byDefault = "0")
            double regenerateWeight,

            @Setting(
                    value = "Below this strength there is no pair. 0.6 still takes two users against one (0.625).",
                    byDefault = "0.6")
            double minimumStrength,

            @Setting(
                    value =
                            "The most pairs of one prompt, 0 for no cap: a question that everybody asks must not fill the"
                                    + " batches. Kept are picks first, then edits, then pairs within a turn, and of each"
                                    + " the lowest hashes.",
                    byDefault = "32")
            int maxPairsPerPrompt,

            @Setting(
                    value = "In how many pairs of a prompt one user's votes of one window count, 0 for all: a user who"
                            + " judges the same question again and again must not fill its pairs alone.",
                    byDefault = "8")
            int maxPairsPerUser,

            @Setting(
                    value = "The window of maxPairsPerUser, by the time at which votes were received.",
                    byDefault = "24h")
            Duration userWindow,

            @Setting(
                    value =
                            "No pair where one text is more than so many times as long as the other, 0 for no limit: such"
                                    + " a pair teaches length and little else. An empty text counts as one character.",
                    byDefault = "20")
            double maxLengthRatio,

            @Setting(
                    value = "So many liked and so many disliked answers of a prompt are paired across turns, 0 for all:"
                            + " without a bound a hot prompt's pairs grow with the square of its answers.",
                    byDefault = "32")
            int maxAcrossAnswers,

            @Setting(value = "A judged answer without a partner becomes a single after so long.", byDefault = "24h")
            Duration partnerWait) {

        private static final double MOST_SMOOTHING = 100;

        public Rules {
            Checks.positive("smoothing", smoothing);
            Checks.between("smoothing", smoothing, 0, MOST_SMOOTHING);
            Checks.that(
                    regenerateWeight >= 0 && regenerateWeight < 1,
                    "regenerateWeight",
                    "must be at least 0 and less than 1 (an explicit vote), but is " + regenerateWeight);
            Checks.that(
                    minimumStrength > 0.5 && minimumStrength < 1,
                    "minimumStrength",
                    "must be above 0.5 (at which nobody knows which answer is better) and below 1, but is "
                            + minimumStrength);
            Checks.atLeast("maxPairsPerPrompt", maxPairsPerPrompt, 0);
            Checks.atLeast("maxPairsPerUser", maxPairsPerUser, 0);
            Checks.positive("userWindow", userWindow);
            Checks.that(
                    maxLengthRatio == 0 || (maxLengthRatio >= 1 && Double.isFinite(maxLengthRatio)),
                    "maxLengthRatio",
                    "must be 0 (no limit) or at least 1, but is " + maxLengthRatio);
            Checks.atLeast("maxAcrossAnswers", maxAcrossAnswers, 0);
            Checks.positive("partnerWait", partnerWait);
        }

        PairRules pairRules() {
            return new PairRules(
                    smoothing,
                    regenerateWeight,
                    minimumStrength,
                    maxPairsPerPrompt,
                    maxPairsPerUser,
                    userWindow,
                    maxLengthRatio,
                    maxAcrossAnswers,
                    partnerWait);
        }
    }

    /**
     * How many pairs go out across prompts. Off by default: the bounds of a prompt always hold, and these cost each pair
     * one more topic and one more look-up.
     */
    public record Budgets(
            @Setting(
                    value =
                            "The window of the other two, by the time at which votes were received, counted from the epoch."
                                    + " A pair counts in that of its newest vote, for each user in that of the user's newest.",
                    byDefault = "24h")
            Duration window,

            @Setting(
                    value =
                            "The most pairs of one window with a vote of one user in their evidence, over all prompts; 0 for"
                                    + " no bound. Kept are picks first, then edits, then pairs within a turn, and of each the"
                                    + " lowest hashes.",
                    byDefault = "0")
            int maxPairsPerUser,

            @Setting(
                    value = "The most pairs of one window of one tenant, over all prompts; 0 for no bound. Kept are the"
                            + " same first.",
                    byDefault = "0")
            int maxPairsPerTenant) {

        public Budgets {
            Checks.positive("window", window);
            Checks.atLeast("maxPairsPerUser", maxPairsPerUser, 0);
            Checks.atLeast("maxPairsPerTenant", maxPairsPerTenant, 0);
        }

        /** Whether there is a budget stage. */
        boolean on() {
            return maxPairsPerUser > 0 || maxPairsPerTenant > 0;
        }

        BudgetRules budgetRules() {
            return new BudgetRules(window, maxPairsPerUser, maxPairsPerTenant);
        }
    }

    /** Bounds of what is kept. */
    public record Limits(
            @Setting(
                    value =
                            "Feedback waits so long for its completion, then it is a dead letter; it counts all the same if"
                                    + " the completion comes later.",
                    byDefault = "1h")
            Duration completionWait,

            @Setting(value = "A turn is kept so long after its last event.", byDefault = "30d")
            Duration turnRetention,

            @Setting(value = "The most votes and retractions of one turn; more are dead letters.", byDefault = "1000")
            int maxVotesPerTurn,

            @Setting(value = "The most completions of one turn; more are dead letters.", byDefault = "64")
            int maxCompletionsPerTurn,

            @Setting(
                    value = "Event ids remembered in a turn, to notice one that comes back with another content.",
                    byDefault = "256")
            int rememberedEventsPerTurn,

            @Setting(
                    value =
                            "The most judged completions of one prompt that count; of more those of the first turns by their ids.",
                    byDefault = "100000")
            int maxAnswersPerPrompt,

            @Setting(
                    value =
                            "Completions and feedback of more bytes are dead letters. The default is the most that a gateway"
                                    + " sends with its own default.",
                    byDefault = "1114112")
            int maxRecordBytes,

            @Setting(
                    value =
                            "Dead letters hold the bytes of records up to this size; larger ones are still at their source.",
                    byDefault = "524288")
            int maxDeadLetterBytes,

            @Setting(
                    value = "Without input for so long, all of it counts as read, and the wall clock decides what has"
                            + " waited too long; before that only the records' own times do.",
                    byDefault = "30s")
            Duration caughtUpAfter) {

        private static final int LEAST_RECORD_BYTES = 1024;
        private static final int MOST_RECORD_BYTES = 16 << 20;
        /** Ids of at most 128 characters: event, user, both completions, and the rest. */
        private static final int EVIDENCE_BYTES = 512;

        public Limits {
            Checks.positive("completionWait", completionWait);
            Checks.positive("turnRetention", turnRetention);
            Checks.atLeast("maxVotesPerTurn", maxVotesPerTurn, 1);
            Checks.atLeast("maxCompletionsPerTurn", maxCompletionsPerTurn, 2);
            Checks.atLeast("rememberedEventsPerTurn", rememberedEventsPerTurn, 1);
            Checks.atLeast("maxAnswersPerPrompt", maxAnswersPerPrompt, 2);
            Checks.between("maxRecordBytes", maxRecordBytes, LEAST_RECORD_BYTES, MOST_RECORD_BYTES);
            Checks.between("maxDeadLetterBytes", maxDeadLetterBytes, 0, maxRecordBytes);
            Checks.positive("caughtUpAfter", caughtUpAfter);
        }

        /** The largest record that can follow from inputs within the bounds: a pair of two large answers, each much judged. */
        int maxOutputBytes() {
            long bytes = 2L * maxRecordBytes + 2L * EVIDENCE_BYTES * maxVotesPerTurn;
            return (int) Math.min(bytes, Integer.MAX_VALUE / 2);
        }

        TurnLimits turns() {
            return new TurnLimits(
                    maxVotesPerTurn, maxCompletionsPerTurn, rememberedEventsPerTurn, completionWait, turnRetention);
        }
    }
}
