package dev.attune.ingest.gateway.credential;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A credentials file: the API keys of any number of tenants. */
public record KeysFile(
        @Setting(value = "The keys.", byDefault = "[]") List<KeyEntry> keys) {

    public KeysFile {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < keys.size(); i++) {
            String id = keys.get(i).keyId();
            Checks.that(ids.add(id), "keys[" + i + "].keyId", "'" + id + "' is there twice");
        }
        keys = List.copyOf(keys);
    }
}
