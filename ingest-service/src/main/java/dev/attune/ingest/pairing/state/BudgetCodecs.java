package dev.attune.ingest.pairing.state;

import dev.attune.events.state.BudgetPlace;
import dev.attune.events.state.ScopeFilling;
import dev.attune.ingest.pairing.rules.BudgetMemory.Filling;
import dev.attune.ingest.pairing.rules.BudgetScope;
import dev.attune.ingest.pairing.rules.BudgetScope.Kind;
import dev.attune.ingest.pairing.rules.BudgetedPair;
import dev.attune.ingest.pairing.rules.Rank;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The budgets' rows as they are stored. */
public final class BudgetCodecs {
    private BudgetCodecs() {}

    public static SingleObjectSerde<BudgetedPair, BudgetPlace> places() {
        return new SingleObjectSerde<>(BudgetPlace.getClassSchema(), BudgetCodecs::stored, BudgetCodecs::read);
    }

    public static SingleObjectSerde<Filling, ScopeFilling> fillings() {
        return new SingleObjectSerde<>(
                ScopeFilling.getClassSchema(),
                filling -> new ScopeFilling(
                        filling.in(), filling.last().map(Rank::value).orElse("")),
                stored -> new Filling(
                        stored.getIn(),
                        stored.getLast().isEmpty() ? Optional.empty() : Optional.of(new Rank(stored.getLast()))));
    }

    private static BudgetPlace stored(BudgetedPair pair) {
        return BudgetPlace.newBuilder()
                .setRevision(pair.revision())
                .setActive(pair.active())
                .setRank(pair.rank().value())
                .setTenantScopes(ids(pair, Kind.TENANT))
                .setUserScopes(ids(pair, Kind.USER))
                .setKeptOutByTenant(pair.keptOutBy().getOrDefault(Kind.TENANT, 0))
                .setKeptOutByUsers(pair.keptOutBy().getOrDefault(Kind.USER, 0))
                .setSentRevision(pair.sentRevision())
                .setOut(pair.out())
                .build();
    }

    private static BudgetedPair read(BudgetPlace place) {
        List<BudgetScope> scopes = new ArrayList<>();
        place.getTenantScopes().forEach(id -> scopes.add(new BudgetScope(Kind.TENANT, id)));
        place.getUserScopes().forEach(id -> scopes.add(new BudgetScope(Kind.USER, id)));
        Map<Kind, Integer> keptOutBy = new EnumMap<>(Kind.class);
        if (place.getKeptOutByTenant() > 0) {
            keptOutBy.put(Kind.TENANT, place.getKeptOutByTenant());
        }
        if (place.getKeptOutByUsers() > 0) {
            keptOutBy.put(Kind.USER, place.getKeptOutByUsers());
        }
        return new BudgetedPair(
                place.getRevision(),
                place.getActive(),
                new Rank(place.getRank()),
                scopes,
                keptOutBy,
                place.getSentRevision(),
                place.getOut());
    }

    private static List<String> ids(BudgetedPair pair, Kind kind) {
        return pair.scopes().stream()
                .filter(scope -> scope.kind() == kind)
                .map(BudgetScope::id)
                .toList();
    }
}
