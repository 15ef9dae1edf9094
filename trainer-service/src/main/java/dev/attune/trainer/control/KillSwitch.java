package dev.attune.trainer.control;

import dev.attune.trainer.checkpoint.TrainerTransactions;
import dev.attune.trainer.guard.StepOutcome.Halted;
import dev.attune.trainer.metrics.TrainerMetrics;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the trainer trains: people and guards halt it, people let it go on. What was said last holds, also after a
 * restart. Belongs to the training thread, but for {@link #halt()}.
 */
public final class KillSwitch {
    private static final Logger LOG = LoggerFactory.getLogger(KillSwitch.class);

    private final ControlTopic control;
    private final ControlRecords records;
    private final TrainerTransactions transactions;
    private final TrainerMetrics metrics;
    private volatile @Nullable Halt halt;
    private Map<String, String> approvals;

    /** @param state what the topic said at the start */
    public KillSwitch(
            ControlTopic control,
            ControlState state,
            ControlRecords records,
            TrainerTransactions transactions,
            TrainerMetrics metrics) {
        this.control = control;
        this.records = records;
        this.transactions = transactions;
        this.metrics = metrics;
        this.approvals = state.approvals();
        metrics.running();
        take(state);
    }

    /** Takes note of what people have said; waits at most so long for it. */
    public void poll(Duration wait) {
        take(control.poll(wait));
    }

    private void take(ControlState state) {
        approvals = state.approvals();
        Halt said = state.halt().orElse(null);
        if (said != null && halt == null) {
            LOG.error("the trainer is {}; it goes on after `./attune trainer resume`", said);
            metrics.halted(said.reason());
        } else if (said == null && halt != null) {
            LOG.info("the trainer may go on");
            metrics.running();
        }
        halt = said;
    }

    /** A guard has spoken: on the topic before anything else happens, so that no restart forgets it. */
    public void halt(Halted halted) {
        Halt said = new Halt(halted.reason().tag(), halted.detail(), Halt.TRAINER, ControlRecords.now());
        transactions.write(Stream.of(records.halt(said)));
        take(control.written(said));
    }

    public Optional<Halt> halt() {
        return Optional.ofNullable(halt);
    }

    public boolean isHalted() {
        return halt != null;
    }

    /** Who approved, by version. */
    public Map<String, String> approvals() {
        return approvals;
    }
}
