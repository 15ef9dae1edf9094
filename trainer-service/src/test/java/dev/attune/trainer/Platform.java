package dev.attune.trainer;

import dev.attune.embedded.EmbeddedKafka;
import dev.attune.embedded.RegistryProcess;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** A broker and a registry that all test classes share; they end with the last of them. */
public final class Platform implements ParameterResolver {

    /** What a test gets as a parameter. */
    public record Parts(EmbeddedKafka kafka, RegistryProcess registry) implements AutoCloseable {
        static Parts start() {
            return new Parts(EmbeddedKafka.start(), RegistryProcess.start());
        }

        @Override
        public void close() {
            registry.close();
            kafka.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Parts.class;
    }

    @Override
    public Parts resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(Platform.class))
                .computeIfAbsent(Parts.class, _ -> Parts.start(), Parts.class);
    }
}
