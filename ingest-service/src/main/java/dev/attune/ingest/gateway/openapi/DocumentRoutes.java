package dev.attune.ingest.gateway.openapi;

import dev.attune.ingest.gateway.problem.Reason;
import dev.attune.ingest.gateway.problem.Rejected;
import dev.attune.ingest.gateway.route.ApiRoutes;
import dev.attune.ingest.gateway.route.Responses;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpException;
import io.helidon.http.HttpMediaType;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * {@code GET /openapi} and the page at {@code /docs}. The page is Swagger UI from the class path and asks nobody else for
 * anything: its policy lets it load this gateway's files and call this gateway.
 */
public final class DocumentRoutes {
    private static final String OURS = "/dev/attune/ingest/gateway/openapi/";
    private static final String SWAGGER_UI = "/META-INF/resources/webjars/swagger-ui/" + swaggerUiVersion() + "/";
    private static final String JAVASCRIPT = "text/javascript; charset=utf-8";
    private static final String CSS = "text/css; charset=utf-8";

    /** No script but ours runs, nothing is loaded from elsewhere, nobody frames the page. */
    private static final String PAGE_POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /** May be kept, but has to be asked for again: a new version of the gateway has another document. */
    private static final String REVALIDATE = "public, no-cache";

    private final ApiDocument document = new ApiDocument();
    private final Asset page = Asset.of(OURS + "page.html", "text/html; charset=utf-8");
    private final Map<String, Asset> files = Map.of(
            "page.js", Asset.of(OURS + "page.js", JAVASCRIPT),
            "page.css", Asset.of(OURS + "page.css", CSS),
            "swagger-ui-bundle.js", Asset.of(SWAGGER_UI + "swagger-ui-bundle.js", JAVASCRIPT),
            "swagger-ui.css", Asset.of(SWAGGER_UI + "swagger-ui.css", CSS));

    private DocumentRoutes() {}

    /** Adds them; they are for everybody. */
    public static void register(ApiRoutes routes) {
        DocumentRoutes document = new DocumentRoutes();
        routes.open(Method.GET, "/openapi", document::negotiate)
                .open(
                        Method.GET,
                        "/openapi.json",
                        (request, response) -> send(request, response, document.document.json()))
                .open(
                        Method.GET,
                        "/openapi.yaml",
                        (request, response) -> send(request, response, document.document.yaml()))
                .open(Method.GET, "/docs", (request, response) -> send(request, response, document.page))
                .open(Method.GET, "/docs/{file}", document::file);
    }

    /** JSON for machines that do not care, YAML or the page for those who ask for it. */
    private void negotiate(ServerRequest request, ServerResponse response) {
        response.header(HeaderNames.VARY, "Accept");
        for (HttpMediaType accepted : accepted(request)) {
            String type = accepted.mediaType().text();
            if (type.equals("text/html")) {
                send(request, response, page);
                return;
            }
            if (type.contains("yaml")) {
                send(request, response, document.yaml());
                return;
            }
            if (type.contains("json") || type.equals("*/*")) {
                break;
            }
        }
        send(request, response, document.json());
    }

    /** What the client would like, best first; nothing where the header cannot be read. */
    private static List<HttpMediaType> accepted(ServerRequest request) {
        try {
            return request.headers().acceptedTypes();
        } catch (HttpException | IllegalArgumentException e) {
            return List.of();
        }
    }

    private void file(ServerRequest request, ServerResponse response) {
        Asset file = files.get(request.path().pathParameters().get("file"));
        if (file == null) {
            Responses.rejected(response, new Rejected(Reason.NOT_FOUND, "the page has no such file"));
            return;
        }
        send(request, response, file);
    }

    private static void send(ServerRequest request, ServerResponse response, Asset asset) {
        response.header(HeaderNames.ETAG, asset.etag())
                .header(HeaderNames.CACHE_CONTROL, REVALIDATE)
                .header(HeaderNames.create("Content-Security-Policy"), PAGE_POLICY)
                .header(HeaderNames.create("X-Content-Type-Options"), "nosniff")
                .header(HeaderNames.create("Referrer-Policy"), "no-referrer");
        if (request.headers()
                .first(HeaderNames.IF_NONE_MATCH)
                .filter(known -> known.contains(asset.etag()))
                .isPresent()) {
            response.status(Status.NOT_MODIFIED_304).send();
            return;
        }
        response.header(HeaderNames.CONTENT_TYPE, asset.mediaType()).send(asset.bytes());
    }

    /** The version that the build has pinned: it is a part of the files' path. */
    private static String swaggerUiVersion() {
        String resource = "/META-INF/maven/org.webjars/swagger-ui/pom.properties";
        try (InputStream in = DocumentRoutes.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("org.webjars:swagger-ui is not on the class path");
            }
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException(resource + " cannot be read", e);
        }
    }
}
