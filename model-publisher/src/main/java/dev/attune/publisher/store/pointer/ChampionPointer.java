package dev.attune.publisher.store.pointer;

import dev.attune.publisher.release.FencedException;
import dev.attune.publisher.store.pointer.Champion.Canary;
import dev.attune.publisher.store.pointer.Champion.Version;
import dev.attune.publisher.store.pointer.PointerRegister.Entry;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pointer to what serves, in the hands of one publisher. A publisher that starts takes the next epoch; from then on
 * every other one that owned it before meets {@link FencedException}, whatever it was about to do.
 */
public final class ChampionPointer {

    private static final Logger LOG = LoggerFactory.getLogger(ChampionPointer.class);
    /** Each lost swap is one that another publisher won; that many at once is a fault. */
    private static final int ATTEMPTS = 20;

    private final PointerRegister register;
    private final String tenant;
    private final String modelId;
    private final String owner;
    private final long epoch;
    private final Clock clock;

    private ChampionPointer(
            PointerRegister register, String tenant, String modelId, String owner, long epoch, Clock clock) {
        this.register = register;
        this.tenant = tenant;
        this.modelId = modelId;
        this.owner = owner;
        this.epoch = epoch;
        this.clock = clock;
    }

    /**
     * Takes the pointer over, as it points.
     *
     * @param owner says which publisher this is: unique, and readable
     */
    public static ChampionPointer claim(
            PointerRegister register, String tenant, String modelId, String owner, Clock clock) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<Entry> entry = register.read();
            Champion before = entry.isEmpty()
                    ? null
                    : Champion.parse(register.place(), entry.get().content());
            if (before != null && before.owner().equals(owner)) {
                // A write of ours succeeded, and its answer was lost.
                return new ChampionPointer(register, tenant, modelId, owner, before.epoch(), clock);
            }
            requireModel(register, before, tenant, modelId);
            ChampionPointer pointer = new ChampionPointer(
                    register, tenant, modelId, owner, before == null ? 1 : before.epoch() + 1, clock);
            Champion claimed =
                    pointer.champion(before == null ? null : before.stable(), before == null ? null : before.canary());
            if (register.write(claimed.toJson(), entry.map(Entry::tag).orElse(null))) {
                LOG.info("epoch {} of {}/{} is ours ({})", pointer.epoch, tenant, modelId, register.place());
                return pointer;
            }
        }
        throw new IOException("the pointer " + register.place() + " moved at each of " + ATTEMPTS
                + " attempts to take it over: how many publishers of " + tenant + "/" + modelId + " run?");
    }

    /** What it says now, whoever wrote it. */
    public Champion read() throws IOException {
        return Champion.parse(register.place(), entry().content());
    }

    /**
     * Has it say what serves. Saying it again changes nothing.
     *
     * @param stable what users get; null where nothing was promoted yet
     * @param canary what some of them get instead, or null
     * @throws FencedException if a later publisher owns it
     */
    public void move(@Nullable Version stable, @Nullable Canary canary) throws IOException {
        Champion wanted = champion(stable, canary);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Entry entry = entry();
            Champion now = Champion.parse(register.place(), entry.content());
            requireOurs(now);
            if (now.servesAs(wanted) || register.write(wanted.toJson(), entry.tag())) {
                return;
            }
        }
        throw new IOException("the pointer " + register.place() + " could not be written in " + ATTEMPTS + " attempts");
    }

    /**
     * One read: called before serving is touched.
     *
     * @throws FencedException if a later publisher owns it
     */
    public void requireOwner() throws IOException {
        requireOurs(read());
    }

    public long epoch() {
        return epoch;
    }

    private Entry entry() throws IOException {
        return register.read()
                .orElseThrow(() -> new FencedException("the pointer " + register.place()
                        + " is gone, so nobody can tell which publisher may release " + tenant + "/" + modelId
                        + ": start the publisher again, and it makes a new one"));
    }

    private void requireOurs(Champion now) {
        if (now.epoch() != epoch || !now.owner().equals(owner)) {
            throw new FencedException("another publisher of this model has started: of " + tenant + "/" + modelId
                    + ", epoch " + now.epoch() + " belongs to " + now.owner() + ", ours is " + epoch + " ("
                    + register.place() + "). Only one may run, and this one ends");
        }
    }

    private static void requireModel(PointerRegister register, @Nullable Champion before, String tenant, String modelId)
            throws IOException {
        if (before != null
                && !(before.tenant().equals(tenant) && before.modelId().equals(modelId))) {
            throw new IOException("the pointer " + register.place() + " is that of " + before.tenant() + "/"
                    + before.modelId() + ", not of " + tenant + "/" + modelId);
        }
    }

    private Champion champion(@Nullable Version stable, @Nullable Canary canary) {
        return new Champion(Champion.FORMAT, tenant, modelId, epoch, owner, stable, canary, clock.instant());
    }
}
