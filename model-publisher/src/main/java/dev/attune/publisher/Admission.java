package dev.attune.publisher;

import dev.attune.artifacts.CheckpointDirectory.Verified;
import dev.attune.publisher.gate.HeldOutGate;
import dev.attune.publisher.log.ReleaseHistory.Live;
import dev.attune.publisher.metrics.PublisherMetrics;
import dev.attune.publisher.release.Candidate;
import dev.attune.publisher.release.RefusedException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a candidate has to pass before anything of it is stored: its files, and what the trainer measured of it. */
final class Admission {

    private final AdapterStore adapters;
    private final @Nullable HeldOutGate heldOut;
    private final PublisherMetrics metrics;

    /** @param heldOut bounds on the trainer's figures; null for none */
    Admission(AdapterStore adapters, @Nullable HeldOutGate heldOut, PublisherMetrics metrics) {
        this.adapters = adapters;
        this.heldOut = heldOut;
        this.metrics = metrics;
    }

    /** @param current what users are answered with */
    void admit(Candidate candidate, Optional<Live> current) throws RefusedException {
        Verified verified = adapters.validate(candidate);
        if (heldOut != null) {
            HeldOutGate.Live live = current.map(
                            it -> new HeldOutGate.Live(it.candidate().version(), adapters.evaluation(it.candidate())))
                    .orElse(null);
            metrics.measured(heldOut.check(verified.manifest().evaluation(), live));
        }
    }
}
