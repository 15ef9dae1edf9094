package dev.attune.publisher.store.oci;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;

/** A registry's user; take the password from the environment: {@code ${NAME}}. */
public record OciCredentials(
        @Setting("User, or name of a robot account.") String user,

        @Setting("Password or token.") String password) {

    public OciCredentials {
        Checks.notBlank("user", user);
        Checks.notBlank("password", password);
    }

    /** Configurations are logged. */
    @Override
    public String toString() {
        return "OciCredentials[" + user + "]";
    }
}
