package dev.attune.ingest.pairing;

import dev.attune.embedded.RegistryProcess;
import dev.attune.schemas.AvroSerdes;
import dev.attune.schemas.RegistryClients;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One real schema registry for all test classes of a run: its start is what costs. It ends with the run. */
final class SharedRegistry implements ParameterResolver {

    /** What tests ask for as a parameter. */
    record Registry(RegistryProcess process) implements AutoCloseable {
        String url() {
            return process.url();
        }

        AvroSerdes serdes() {
            return new AvroSerdes(RegistryClients.create(url(), Map.of()));
        }

        @Override
        public void close() {
            process.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Registry.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(SharedRegistry.class))
                .computeIfAbsent(Registry.class, type -> new Registry(RegistryProcess.start()), Registry.class);
    }
}
