package dev.attune.quickstart.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.events.ReleaseChanged;
import dev.attune.events.ReleaseState;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LoopStateTest {

    private static final ServedModel BASE = new ServedModel("base", "base");

    private final LoopState state = new LoopState(BASE);

    @Test
    void usersGetWhatWasPromotedLastAndAfterARollbackWhatWasBefore() {
        state.release(event("v1", ReleaseState.PROMOTED, null));
        state.release(event("v2", ReleaseState.PROMOTED, "v1"));
        assertThat(state.served()).isEqualTo(new ServedModel("support-v2", "v2"));

        state.release(event("v2", ReleaseState.ROLLED_BACK, "v1"));
        assertThat(state.served()).isEqualTo(new ServedModel("support-v1", "v1"));

        state.release(event("v1", ReleaseState.ROLLED_BACK, null));
        assertThat(state.served()).isEqualTo(BASE);
    }

    private static ReleaseChanged event(String version, ReleaseState state, @Nullable String previous) {
        return ReleaseChanged.newBuilder()
                .setEventId(version + state)
                .setTenant("acme")
                .setVersion(version)
                .setServedName("support-" + version)
                .setState(state)
                .setPreviousVersion(previous)
                .build();
    }
}
