package dev.attune.ingest.pairing;

import dev.attune.ingest.pairing.rules.AssembledPair;
import dev.attune.ingest.pairing.rules.AssembledSingle;
import dev.attune.ingest.pairing.rules.BudgetedPair;
import dev.attune.ingest.pairing.rules.JudgedAnswer;
import dev.attune.ingest.pairing.rules.PairExplanation;
import dev.attune.ingest.pairing.rules.PromptKey;
import dev.attune.ingest.pairing.rules.Published;
import dev.attune.ingest.pairing.rules.TurnMemory;
import dev.attune.ingest.pairing.state.WriteBehindStore;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreType;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * Reads the stores of this process while the stream threads write them: what is read is at most a transaction ahead of what
 * went out.
 */
final class StoreQueries {
    /** More of a prompt is not shown: an answer that nobody can read helps nobody. */
    private static final int MOST_ROWS = 200;

    private static final StringSerializer STRINGS = new StringSerializer();

    private final KafkaStreams streams;
    private final Topics topics;
    private final AvroSerdes serdes;
    private final PairExplanation explanation;
    private final PairingConfig.Budgets budgets;

    StoreQueries(KafkaStreams streams, Topics topics, AvroSerdes serdes, PairingConfig config) {
        this.streams = streams;
        this.topics = topics;
        this.serdes = serdes;
        this.budgets = config.budgets();
        this.explanation = new PairExplanation(config.rules().pairRules());
    }

    /** @throws QueryProblem if the partition's stores are not in this process */
    Optional<TurnView> turn(int partition, String tenant, String turnId) {
        String key = Topics.key(tenant, turnId);
        TurnMemory memory =
                this.<TurnMemory>committed(Nodes.TURNS_STORE, partition).get(key);
        if (memory == null) {
            return Optional.empty();
        }
        return Optional.of(TurnView.of(turnId, memory));
    }

    /** @throws QueryProblem if the partition's stores are not in this process */
    Optional<PromptView> prompt(int partition, String tenant, String promptId) {
        String key = Topics.key(tenant, promptId);
        ReadOnlyKeyValueStore<String, byte[]> judged = committed(Nodes.JUDGED_TURNS_STORE, partition);
        FirstAnswers first = new FirstAnswers(MOST_ROWS);
        TopicRows.of(judged, topics.judgedTurns(), serdes).under(key, first::add);
        List<JudgedAnswer> answers = first.answers();
        if (answers.isEmpty()) {
            return Optional.empty();
        }
        boolean pending = PendingPrompts.contain(committed(Nodes.PROMPT_PENDING_STORE, partition), key);
        List<Published<AssembledPair>> pairs =
                rows(this.<Published<AssembledPair>>committed(Nodes.PROMPT_PAIRS_STORE, partition), key);
        List<Published<AssembledSingle>> singles =
                rows(this.<Published<AssembledSingle>>committed(Nodes.PROMPT_SINGLES_STORE, partition), key);
        Set<String> held = pairs.stream()
                .filter(Published::active)
                .map(pair -> pair.content().pairId())
                .collect(Collectors.toSet());
        return Optional.of(new PromptView(
                promptId,
                answers.stream().map(PromptView::answer).toList(),
                first.leftOut(),
                PromptView.pairs(pairs, budgets.on()),
                PromptView.singles(singles),
                explanation.explain(new PromptKey(tenant, promptId), answers, held, pending, MOST_ROWS).stream()
                        .map(PromptView::noPair)
                        .toList(),
                pending));
    }

    /** @throws QueryProblem if the partition's stores are not in this process */
    Optional<BudgetView> pair(int partition, String tenant, String pairId) {
        BudgetedPair pair =
                this.<BudgetedPair>store(Nodes.BUDGET_PLACES_STORE, partition).get(Topics.key(tenant, pairId));
        return Optional.ofNullable(pair).map(known -> BudgetView.of(pairId, known, budgets));
    }

    private <V> ReadOnlyKeyValueStore<String, V> store(String name, int partition) {
        return find(name, QueryableStoreTypes.<String, V>keyValueStore(), partition);
    }

    /** Of a store whose newest values only its stream thread may see. */
    private <V> ReadOnlyKeyValueStore<String, V> committed(String name, int partition) {
        return find(name, WriteBehindStore.<V>type(), partition).wrapped();
    }

    private <T> T find(String name, QueryableStoreType<T> type, int partition) {
        try {
            return streams.store(
                    StoreQueryParameters.fromNameAndType(name, type).withPartition(partition));
        } catch (InvalidStateStoreException e) {
            throw new QueryProblem(
                    QueryProblem.Reason.NOT_HERE,
                    "this instance does not hold partition " + partition + " now: ask again in a moment");
        }
    }

    /** What stands under a key, at most so many rows. */
    private static <V> List<V> rows(ReadOnlyKeyValueStore<String, V> store, String key) {
        List<V> values = new ArrayList<>();
        try (KeyValueIterator<String, V> rows = store.prefixScan(key + RecordKeys.SEPARATOR, STRINGS)) {
            while (rows.hasNext() && values.size() < MOST_ROWS) {
                values.add(rows.next().value);
            }
        }
        return values;
    }
}
