package dev.attune.quickstart.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The configuration files of the services, as an operator would write them; {@code --keep} leaves them to be read.
 *
 * @param folder where files, state, checkpoints and the artifact store lie
 */
record ServiceConfigs(Path folder, String bootstrapServers, String registryUrl, String modelId, Path baseModel) {
    static final String TENANT = "demo";
    /** Not a secret: it opens a gateway on the loopback address for the minutes that the demo lives. */
    static final String API_KEY = "attune-demo-key-0000";

    Path gateway(int port) throws IOException {
        return write("gateway", """
                http: {host: 127.0.0.1, port: %d}
                modelId: %s
                tenants:
                  - id: %s
                    apiKeys: ["%s"]
                    secret: "the demo's pseudonyms need no better secret"
                status: {directory: %s, storeMegabytes: 16}
                """.formatted(port, modelId, TENANT, API_KEY, folder.resolve("gateway-status")));
    }

    Path status(int adminPort) throws IOException {
        return write("status", """
                admin: {host: 127.0.0.1, port: %d}
                stateDir: %s
                storeMegabytes: 16
                """.formatted(adminPort, folder.resolve("status-state")));
    }

    Path pairing(int adminPort) throws IOException {
        return write("pairing", """
                admin: {host: 127.0.0.1, port: %d}
                stateDir: %s
                # People watch: a pair goes out half a second after its last vote.
                emission: {quietPeriod: 500ms, maxDelay: 2s}
                """.formatted(adminPort, folder.resolve("pairing-state")));
    }

    /** The learning rate and the cadence are those that were measured for a model of a million parameters. */
    Path trainer(int adminPort, int stepsPerVersion, long seed) throws IOException {
        return write("trainer", """
                admin: {host: 127.0.0.1, port: %d}
                modelId: %s
                tenants: [%s]
                baseModel: %s
                batch: {size: 16, maxAge: 10s}
                checkpoint: {directory: %s, everySteps: %d, maxAge: 1m, keep: 1000}
                # An evaluation of 32 pairs costs less than a step: versions are what people wait for here.
                heldOut: {share: 0.05, maxPairs: 32}
                # Pairs are older than the policy that learns from them: without the supervised term sentences begin to break.
                learning:
                  {learningRate: 1.0e-3, beta: 0.1, sftWeight: 1.0, rank: 8, alpha: 16, warmUpSteps: 5, seed: %d}
                """.formatted(
                        adminPort, modelId, TENANT, baseModel, folder.resolve("checkpoints"), stepsPerVersion, seed));
    }

    Path publisher(int adminPort, String servingUrl, String answerCheckUrl, Path gatePrompts) throws IOException {
        return write("publisher", """
                admin: {host: 127.0.0.1, port: %d}
                store: {directory: %s}
                models:
                  - tenant: %s
                    modelId: %s
                    base: {directory: %s}
                    serving:
                      baseModel: %s
                      replicas: [{url: "%s"}]
                    releases: {drain: 1s}
                    gates:
                      prompts: %s
                      maxKl: 3.0
                      maxTokens: 100
                      concurrency: 8
                      answerCheck: {url: "%s", minShare: 0.85, maxDrop: 0.05}
                """.formatted(
                        adminPort,
                        folder.resolve("artifacts"),
                        TENANT,
                        modelId,
                        baseModel,
                        modelId,
                        servingUrl,
                        gatePrompts,
                        answerCheckUrl));
    }

    private Path write(String service, String settings) throws IOException {
        String shared = """
                kafka: {bootstrapServers: "%s"}
                schemaRegistry: {url: "%s"}
                """.formatted(bootstrapServers, registryUrl);
        return Files.writeString(folder.resolve(service + ".yaml"), shared + settings);
    }
}
