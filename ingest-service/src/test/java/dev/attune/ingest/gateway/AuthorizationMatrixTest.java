package dev.attune.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.attune.ingest.gateway.access.FeedbackGrant;
import dev.attune.ingest.gateway.access.FeedbackTokenSettings;
import dev.attune.ingest.gateway.access.RateSettings;
import dev.attune.ingest.gateway.access.Scope;
import dev.attune.ingest.gateway.access.Tenant;
import dev.attune.ingest.gateway.access.TenantSettings;
import dev.attune.ingest.gateway.credential.AccessSettings;
import dev.attune.ingest.gateway.credential.ApiKey;
import dev.attune.ingest.gateway.credential.LocalIssuer;
import dev.attune.ingest.gateway.privacy.RedactionSettings;
import dev.attune.testing.Platform;
import dev.attune.testing.PlatformExtension;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every route with every kind of credential. A route that is not in the table fails. */
@ExtendWith(PlatformExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuthorizationMatrixTest {
    private static final String FEEDBACK = """
            {"kind": "thumb", "thumb": "up", "turnId": "t1", "completionId": "c1", "userId": "jane"}""";

    /** What is sent; the columns of the table stand in this order. */
    private static final Map<String, String> BODIES = new LinkedHashMap<>();

    static {
        BODIES.put("POST /v1/completions", """
                {"turnId": "t1", "completionId": "c1", "messages": [{"role": "user", "content": "Hi"}], "text": "Hello"}""");
        BODIES.put("POST /v1/feedback", FEEDBACK);
        BODIES.put("POST /v1/batch", "{\"items\": [{\"feedback\": " + FEEDBACK + "}]}");
        BODIES.put("GET /v1/feedback/{eventId}", "");
        BODIES.put("DELETE /v1/users/{+userId}", "");
    }

    /** Whoever sends whatever credential. */
    private static final Set<String> OPEN = Set.of(
            "GET /health/live",
            "GET /health/ready",
            "GET /metrics",
            "GET /openapi",
            "GET /openapi.json",
            "GET /openapi.yaml",
            "GET /docs",
            "GET /docs/{file}");

    /**
     * The status of each cell. Allowed are 202, 200 for a batch (its item is feedback, whose own status stands behind the '/'),
     * and 404 for a status, since this gateway keeps none.
     */
    private static final String TABLE = """
            credential                                | completions | feedback | batch   | status | erasure
            none                                      | 401         | 401      | 401     | 401    | 401
            another scheme                            | 401         | 401      | 401     | 401    | 401
            empty                                     | 401         | 401      | 401     | 401    | 401
            too long                                  | 401         | 401      | 401     | 401    | 401
            key: of the configuration                 | 202         | 202      | 200/202 | 404    | 403
            key: all scopes                           | 202         | 202      | 200/202 | 404    | 202
            key: write-completions                    | 202         | 403      | 200/403 | 403    | 403
            key: write-feedback                       | 403         | 202      | 200/202 | 403    | 403
            key: read                                 | 403         | 403      | 403     | 404    | 403
            key: admin                                | 403         | 403      | 403     | 403    | 202
            key: of another tenant, for itself        | 202         | 202      | 200/202 | 404    | 202
            key: in a browser                         | 403         | 403      | 403     | 403    | 403
            key: unknown                              | 401         | 401      | 401     | 401    | 401
            key: known id, wrong secret               | 401         | 401      | 401     | 401    | 401
            key: malformed                            | 401         | 401      | 401     | 401    | 401
            key: expired                              | 401         | 401      | 401     | 401    | 401
            key: not yet valid                        | 401         | 401      | 401     | 401    | 401
            key: revoked                              | 401         | 401      | 401     | 401    | 401
            jwt: all scopes                           | 202         | 202      | 200/202 | 404    | 202
            jwt: write-feedback                       | 403         | 202      | 200/202 | 403    | 403
            jwt: no scope                             | 403         | 403      | 403     | 403    | 403
            jwt: tenant not mapped                    | 403         | 403      | 403     | 403    | 403
            jwt: expired                              | 401         | 401      | 401     | 401    | 401
            jwt: wrong audience                       | 401         | 401      | 401     | 401    | 401
            jwt: wrong issuer                         | 401         | 401      | 401     | 401    | 401
            jwt: alg none                             | 401         | 401      | 401     | 401    | 401
            jwt: HS256 with the public key            | 401         | 401      | 401     | 401    | 401
            jwt: forged signature                     | 401         | 401      | 401     | 401    | 401
            jwt: unknown kid                          | 401         | 401      | 401     | 401    | 401
            token: valid                              | 403         | 202      | 403     | 403    | 403
            token: forged                             | 401         | 401      | 401     | 401    | 401
            token: expired                            | 401         | 401      | 401     | 401    | 401
            token: ours under another tenant's key    | 401         | 401      | 401     | 401    | 401
            token: for another completion             | 403         | 403      | 403     | 403    | 403
            token: for another turn                   | 403         | 403      | 403     | 403    | 403
            token: for another user                   | 403         | 403      | 403     | 403    | 403
            """;

    private static final Random RANDOM = new Random(11);

    @TempDir
    static Path folder;

    private final Map<String, String> authorizations = new LinkedHashMap<>();
    private LocalIssuer issuer;
    private Gateway gateway;
    private Http http;

    @BeforeAll
    void start(Platform platform) throws Exception {
        RSAKey signing = LocalIssuer.key("k1");
        issuer = new LocalIssuer(signing);
        FeedbackTokenSettings tokens = new FeedbackTokenSettings(true, Duration.ofHours(24), "k1", List.of());
        TenantSettings demo = tenant("demo", Http.KEY, TestConfigs.SECRET, tokens);
        TenantSettings other = tenant("other", TestConfigs.OTHER_KEY, TestConfigs.SECRET + " of the other", tokens);
        Path keysFile = folder.resolve("keys.yaml");
        ApiKey revoked = keys(keysFile);
        tokens(demo, TestConfigs.SECRET + " of the other");
        jwts(signing);

        AccessSettings access = new AccessSettings(
                keysFile, List.of(issuer.settings(Map.of("demo-inc", "demo"))), true, Duration.ofMillis(50));
        gateway = Gateway.start(TestConfigs.config(platform, platform.createTopics(1), List.of(demo, other), access));
        http = new Http(gateway.port());
        ReadyGateway.awaitReady(http);
        revoke(keysFile, revoked);
    }

    @AfterAll
    void stop() {
        http.close();
        gateway.close();
        issuer.close();
    }

    @Test
    void everyRouteIsInTheTableAndEveryCredentialIsTried() {
        List<String> routes = gateway.routes().stream()
                .map(route -> route.method().text() + " " + route.path())
                .toList();
        List<String> known = new ArrayList<>(BODIES.keySet());
        known.addAll(OPEN);

        assertThat(routes).containsExactlyInAnyOrderElementsOf(known);
        assertThat(gateway.routes().stream().filter(route -> route.isOpen()).map(route -> "GET " + route.path()))
                .containsExactlyInAnyOrderElementsOf(OPEN);
        assertThat(cells().map(cell -> cell.get()[0].toString()).distinct())
                .containsExactlyInAnyOrderElementsOf(authorizations.keySet());
    }

    @Test
    void itsSize() {
        int rows = authorizations.size();
        System.out.printf(
                "authorization matrix: %d credentials x %d routes = %d cells%n",
                rows, BODIES.size() + OPEN.size(), rows * (BODIES.size() + OPEN.size()));
        assertThat(cells()).hasSize(rows * (BODIES.size() + OPEN.size()));
    }

    @ParameterizedTest(name = "{0}, {1} -> {2}")
    @MethodSource("cells")
    void aCell(String credential, String route, String expected) {
        Http.Answer answer = send(route, credential);

        assertThat(answer.status() + item(answer)).as(answer.text()).isEqualTo(expected);
        if (answer.status() == 401) {
            assertThat(answer.header("www-authenticate")).startsWith("Bearer");
        }
    }

    static Stream<Arguments> cells() {
        List<Arguments> cells = new ArrayList<>();
        List<String> rows = TABLE.lines().skip(1).toList();
        List<String> routes = List.copyOf(BODIES.keySet());
        for (String row : rows) {
            List<String> columns =
                    Arrays.stream(row.split("\\|", -1)).map(String::strip).toList();
            for (int i = 0; i < routes.size(); i++) {
                cells.add(Arguments.of(columns.getFirst(), routes.get(i), columns.get(i + 1)));
            }
            OPEN.stream().sorted().forEach(open -> cells.add(Arguments.of(columns.getFirst(), open, "200")));
        }
        return cells.stream();
    }

    private Http.Answer send(String route, String credential) {
        int blank = route.indexOf(' ');
        String path = route.substring(blank + 1)
                .replace("{eventId}", "0190d1f2-3c4b-7a5d-8e6f-0123456789ab")
                .replace("{+userId}", "jane")
                .replace("{file}", "page.js");
        String body = BODIES.getOrDefault(route, "");
        HttpRequest.Builder request = http.request(path)
                .method(
                        route.substring(0, blank),
                        body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .header("Content-Type", "application/json");
        String authorization = authorizations.get(credential);
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        if (credential.endsWith("in a browser")) {
            request.header("Origin", "https://chat.example.org");
        }
        return http.send(request);
    }

    private static String item(Http.Answer answer) {
        return answer.status() == 200 && answer.text().startsWith("{\"items\"")
                ? "/" + answer.json().get("items").get(0).get("status").asText()
                : "";
    }

    private static TenantSettings tenant(String id, String key, String secret, FeedbackTokenSettings tokens) {
        return new TenantSettings(
                id, List.of(key), secret, RedactionSettings.OFF, tokens, List.of(), RateSettings.none());
    }

    /** Returns the one that is revoked later. */
    private ApiKey keys(Path file) throws Exception {
        Instant now = Instant.now();
        StringBuilder entries = new StringBuilder("keys:\n");
        authorizations.put("none", "");
        authorizations.put("another scheme", "Basic ZGVtbzpkZW1v");
        authorizations.put("empty", "Bearer ");
        authorizations.put("too long", "Bearer " + "x".repeat(9000));
        authorizations.put("key: of the configuration", "Bearer " + Http.KEY);
        ApiKey all = key(entries, "key: all scopes", "demo", EnumSet.allOf(Scope.class), null, null);
        for (Scope scope : Scope.values()) {
            key(entries, "key: " + scope.title(), "demo", EnumSet.of(scope), null, null);
        }
        key(entries, "key: of another tenant, for itself", "other", EnumSet.allOf(Scope.class), null, null);
        key(entries, "key: in a browser", "demo", EnumSet.allOf(Scope.class), null, null);
        key(entries, "key: expired", "demo", EnumSet.allOf(Scope.class), null, now.minusSeconds(1));
        key(entries, "key: not yet valid", "demo", EnumSet.allOf(Scope.class), now.plusSeconds(3600), null);
        authorizations.put("key: unknown", TestKeys.bearer(ApiKey.create(RANDOM)));
        authorizations.put(
                "key: known id, wrong secret",
                TestKeys.bearer(new ApiKey(all.keyId(), ApiKey.create(RANDOM).secret())));
        authorizations.put("key: malformed", TestKeys.bearer(all) + "x");
        ApiKey revoked = key(entries, "key: revoked", "demo", EnumSet.allOf(Scope.class), null, null);
        Files.writeString(file, entries.toString());
        return revoked;
    }

    private ApiKey key(
            StringBuilder entries,
            String name,
            String tenant,
            Set<Scope> scopes,
            @Nullable Instant from,
            @Nullable Instant until) {
        ApiKey key = ApiKey.create(RANDOM);
        entries.append(TestKeys.entry(key, tenant, scopes, from, until));
        authorizations.put(name, TestKeys.bearer(key));
        return key;
    }

    private void revoke(Path file, ApiKey key) throws Exception {
        assertThat(send("POST /v1/feedback", "key: revoked").status()).isEqualTo(202);
        List<String> rest = Files.readAllLines(file).stream()
                .filter(line -> !line.contains(key.keyId()))
                .toList();
        Path next = Files.write(file.resolveSibling("keys.next"), rest);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> send("POST /v1/feedback", "key: revoked").status() == 401);
    }

    private void tokens(TenantSettings demo, String otherSecret) {
        Instant now = Instant.now();
        Tenant tenant = Tenant.of(demo);
        String jane = tenant.pseudonym("jane");
        FeedbackGrant grant = new FeedbackGrant("t1", "c1", jane, "support");
        String valid = token(tenant, grant, now);
        // Signed by somebody who has another tenant's secret and names our tenant in it.
        Tenant impostor = Tenant.of(tenant("demo", Http.KEY, otherSecret, demo.feedbackTokens()));
        authorizations.put("token: valid", valid);
        authorizations.put("token: forged", valid.substring(0, valid.length() - 1) + (valid.endsWith("A") ? "B" : "A"));
        authorizations.put("token: expired", token(tenant, grant, now.minus(Duration.ofHours(25))));
        authorizations.put("token: ours under another tenant's key", token(impostor, grant, now));
        authorizations.put(
                "token: for another completion", token(tenant, new FeedbackGrant("t1", "c2", jane, "support"), now));
        authorizations.put(
                "token: for another turn", token(tenant, new FeedbackGrant("t2", "c1", jane, "support"), now));
        authorizations.put(
                "token: for another user",
                token(tenant, new FeedbackGrant("t1", "c1", tenant.pseudonym("joe"), "support"), now));
    }

    private static String token(Tenant tenant, FeedbackGrant grant, Instant from) {
        return "Bearer " + tenant.feedbackTokens().orElseThrow().issue(grant, from);
    }

    private void jwts(RSAKey signing) throws Exception {
        Instant now = Instant.now();
        String all = "attune:write-completions attune:write-feedback attune:read attune:admin";
        RSAKey forged = LocalIssuer.key("k1");
        RSAKey unknown = LocalIssuer.key("k2");
        jwt("all scopes", LocalIssuer.sign(signing, LocalIssuer.claims(now, "demo-inc", all)));
        jwt("write-feedback", LocalIssuer.sign(signing, LocalIssuer.claims(now, "demo-inc", "attune:write-feedback")));
        jwt("no scope", LocalIssuer.sign(signing, LocalIssuer.claims(now, "demo-inc", "write-feedback admin")));
        jwt("tenant not mapped", LocalIssuer.sign(signing, LocalIssuer.claims(now, "evil-inc", all)));
        jwt(
                "expired",
                LocalIssuer.sign(
                        signing,
                        LocalIssuer.claims(now, "demo-inc", all).expirationTime(Date.from(now.minusSeconds(60)))));
        jwt(
                "wrong audience",
                LocalIssuer.sign(
                        signing, LocalIssuer.claims(now, "demo-inc", all).audience("another")));
        jwt(
                "wrong issuer",
                LocalIssuer.sign(
                        signing, LocalIssuer.claims(now, "demo-inc", all).issuer("https://evil.example.org")));
        jwt("alg none", new PlainJWT(LocalIssuer.claims(now, "demo-inc", all).build()).serialize());
        SignedJWT mac = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("k1").build(),
                LocalIssuer.claims(now, "demo-inc", all).build());
        mac.sign(new MACSigner(signing.toRSAPublicKey().getEncoded()));
        jwt("HS256 with the public key", mac.serialize());
        jwt("forged signature", LocalIssuer.sign(forged, LocalIssuer.claims(now, "demo-inc", all)));
        jwt("unknown kid", LocalIssuer.sign(unknown, LocalIssuer.claims(now, "demo-inc", all)));
    }

    private void jwt(String name, String token) {
        authorizations.put("jwt: " + name, "Bearer " + token);
    }
}
