package dev.attune.publisher;

import dev.attune.kit.BearerKeys;
import dev.attune.kit.Checks;
import dev.attune.kit.Setting;
import java.util.List;

/** Where people and programs ask about releases over HTTP, and who may. */
public record ApiSettings(
        @Setting(value = "Address to listen on.", byDefault = "0.0.0.0")
        String host,

        @Setting(value = "Port to listen on; 0 takes a free one and logs it.", byDefault = "0")
        int port,

        @Setting("Who may ask and say something, and for which tenant's models.")
        List<Operator> operators) {

    public ApiSettings {
        Checks.notBlank("host", host);
        Checks.port("port", port);
        Checks.notEmpty("operators", operators);
        operators = List.copyOf(operators);
    }

    /** A person or a program. */
    public record Operator(
            @Setting("For the record: who said what.") String name,

            @Setting("Of which tenant's models; '*' for those of the tenant '*' only.")
            String tenant,

            @Setting(
                    "API keys: 'sha256:' and the key's SHA-256 in hex, or the key itself, which should then come from the"
                            + " environment: ${NAME}.")
            List<String> apiKeys) {

        public Operator {
            Checks.notBlank("name", name);
            Checks.notBlank("tenant", tenant);
            BearerKeys.check(apiKeys);
            apiKeys = List.copyOf(apiKeys);
        }

        /** Without the keys, so that no log has them. */
        @Override
        public String toString() {
            return "Operator[name=" + name + ", tenant=" + tenant + ", apiKeys=" + apiKeys.size() + " hidden]";
        }
    }
}
