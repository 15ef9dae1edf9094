package dev.attune.publisher.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.publisher.store.pointer.FileRegister;
import dev.attune.publisher.store.pointer.PointerRegister;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FilePointerTest extends ChampionPointerContract {

    @Override
    PointerRegister open(Path folder) {
        return new FileRegister(folder.resolve("pointers/acme@support.json"));
    }

    /** Each is one file name, whatever the tenant is called. */
    @Test
    void everyModelOfEveryTenantHasANameOfItsOwn() {
        assertThat(ReleaseStore.pointerName("acme", "support")).isEqualTo("pointers/acme@support.json");
        assertThat(ReleaseStore.pointerName("a/../b", "m")).isEqualTo("pointers/a%2F..%2Fb@m.json");
        assertThat(ReleaseStore.pointerName("a@b", "c")).isNotEqualTo(ReleaseStore.pointerName("a", "b@c"));
    }
}
