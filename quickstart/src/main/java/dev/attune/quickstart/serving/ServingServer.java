package dev.attune.quickstart.serving;

import dev.attune.kit.ConfigException;
import dev.attune.kit.HttpServers;
import dev.attune.kit.RunningService;
import dev.attune.quickstart.serving.api.AdapterSource;
import dev.attune.quickstart.serving.api.ServingRoutes;
import dev.attune.quickstart.serving.api.TextCodec;
import dev.attune.quickstart.serving.engine.Engine;
import dev.attune.quickstart.serving.engine.ModelRegistry;
import dev.attune.quickstart.serving.gguf.AdapterConverter;
import dev.attune.quickstart.serving.gguf.BaseModelConverter;
import dev.attune.quickstart.serving.gguf.ConversionException;
import dev.attune.quickstart.serving.llamacpp.LlamaModel;
import dev.attune.trainer.model.LlamaConfig;
import dev.attune.trainer.model.LlamaConfigReader;
import dev.attune.trainer.model.Tokenizer;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** The running server: model, workers and HTTP, started together and released in the opposite order. */
public final class ServingServer implements RunningService {
    private final Resources resources;
    private final URI url;
    private final CountDownLatch ended = new CountDownLatch(1);

    private ServingServer(Resources resources, URI url) {
        this.resources = resources;
        this.url = url;
    }

    /**
     * Converts and loads the model, and answers requests when this returns.
     *
     * @throws ConfigException if the model directory is missing or the port is taken
     * @throws ConversionException if the model cannot be served
     */
    public static ServingServer start(ServingConfig config) throws IOException, ConversionException {
        if (!Files.isDirectory(config.model())) {
            throw new ConfigException("model", config.model() + " is not a directory");
        }
        Resources resources = new Resources();
        try {
            WebServer http = assemble(config, resources);
            return new ServingServer(resources, URI.create("http://" + config.host() + ":" + http.port()));
        } catch (IOException | ConversionException | RuntimeException | Error failure) {
            resources.close();
            throw failure;
        }
    }

    private static WebServer assemble(ServingConfig config, Resources resources)
            throws IOException, ConversionException {
        LlamaConfig shape = LlamaConfigReader.read(config.model().resolve("config.json"));
        Tokenizer tokenizer = resources.add("tokenizer", Tokenizer.load(config.model()));
        WorkFolder work = resources.add("work folder", new WorkFolder());
        LlamaModel model = resources.add("model", work.withFile(gguf -> {
            BaseModelConverter.convert(config.model(), shape, gguf);
            return LlamaModel.load(gguf);
        }));
        ModelRegistry models = resources.add(
                "adapters",
                new ModelRegistry(config.servedName(), config.model().toString(), config.maxAdapters()));
        Engine engine = resources.add("workers", new Engine(model, config.engineSettings(shape.maxPositions())));
        AdapterConverter converter = new AdapterConverter(shape, config.maxLoraRank());
        AdapterSource adapters = directory -> work.withFile(gguf -> {
            converter.convert(directory, gguf);
            return model.loadAdapter(gguf);
        });

        Set<Integer> endTokens = new HashSet<>(SpecialTokens.ending(config.model()));
        endTokens.add(tokenizer.endOfSequenceId());
        TextCodec codec = new TextCodec(tokenizer, SpecialTokens.special(config.model()));
        HttpRouting.Builder routes =
                ServingRoutes.of(engine, models, codec, endTokens, tokenizer.chatTemplate(), adapters);
        WebServer http = HttpServers.start("port", config.host(), config.port(), routes);
        resources.add("http", http::stop);
        // Before HTTP: what is being computed is still answered, and what waits gets a 503 instead of a broken
        // connection.
        resources.add("workers", engine);
        return http;
    }

    public URI url() {
        return url;
    }

    @Override
    public void awaitEnd() throws InterruptedException {
        ended.await();
    }

    @Override
    public void close() {
        try {
            resources.close();
        } finally {
            ended.countDown();
        }
    }
}
