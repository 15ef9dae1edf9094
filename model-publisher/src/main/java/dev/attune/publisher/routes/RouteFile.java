package dev.attune.publisher.routes;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * Keeps an {@code InferenceModelRewrite} of the Gateway API's inference extension in a file: one client-facing name, and the
 * versions behind it by weight. The gateway draws by weight for each request: a user may get either version, unlike with a
 * proxy that looks at who the user is.
 */
public final class RouteFile {

    /** Weights are whole numbers. */
    private static final int WHOLE = 1000;

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .build();

    private final RouteSettings settings;
    private @Nullable Traffic written;

    public RouteFile(RouteSettings settings) {
        this.settings = settings;
    }

    /** Writes the file where it says something else, as a whole: a reader sees the old one or the new one. */
    public void write(Traffic traffic) throws IOException {
        if (traffic.equals(written)) {
            return;
        }
        Path file = settings.file().toAbsolutePath();
        Path aside = file.resolveSibling(file.getFileName() + ".writing");
        Files.writeString(aside, yaml(traffic));
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        written = traffic;
    }

    private String yaml(Traffic traffic) throws IOException {
        ObjectNode route = YAML.createObjectNode();
        route.put("apiVersion", settings.apiVersion()).put("kind", "InferenceModelRewrite");
        route.putObject("metadata").put("name", settings.name()).put("namespace", settings.namespace());
        ObjectNode spec = route.putObject("spec");
        spec.putObject("poolRef").put("group", "inference.networking.k8s.io").put("name", settings.pool());
        ObjectNode rule = spec.putArray("rules").addObject();
        rule.putArray("matches")
                .addObject()
                .putObject("model")
                .put("type", "Exact")
                .put("value", settings.model());
        ArrayNode targets = rule.putArray("targets");
        int canary = traffic.canary() == null ? 0 : (int) Math.round(traffic.canaryShare() * WHOLE);
        if (canary < WHOLE) {
            targets.addObject().put("modelRewrite", traffic.stable()).put("weight", WHOLE - canary);
        }
        if (canary > 0) {
            targets.addObject().put("modelRewrite", traffic.canary()).put("weight", canary);
        }
        return YAML.writeValueAsString(route);
    }
}
