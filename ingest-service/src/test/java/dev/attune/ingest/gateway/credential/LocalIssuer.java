package dev.attune.ingest.gateway.credential;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** An OpenID provider on this machine, as far as a gateway sees one: a document of keys, and tokens. For tests. */
public final class LocalIssuer implements AutoCloseable {
    public static final String ISSUER = "https://issuer.example.org";
    public static final String AUDIENCE = "attune";

    private final HttpServer server;
    private final AtomicInteger fetches = new AtomicInteger();
    private volatile List<JWK> listed;
    private volatile boolean away;

    public LocalIssuer(RSAKey... keys) throws IOException {
        listed = publicKeys(keys);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/jwks", exchange -> {
            fetches.incrementAndGet();
            byte[] body = new JWKSet(listed).toString().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(away ? 503 : 200, away ? -1 : body.length);
            if (!away) {
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
        server.start();
    }

    public static RSAKey key(String kid) throws JOSEException {
        return new RSAKeyGenerator(2048).keyID(kid).generate();
    }

    public URI jwksUri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/jwks");
    }

    public OidcSettings settings() {
        return settings(Map.of("acme-inc", "acme", "demo-inc", "demo", "other-inc", "other"));
    }

    /** @param tenants from organisations to tenants */
    public OidcSettings settings(Map<String, String> tenants) {
        return new OidcSettings(
                ISSUER,
                jwksUri(),
                AUDIENCE,
                List.of("RS256"),
                null,
                "org",
                tenants,
                "attune:",
                Duration.ofSeconds(30),
                Duration.ofMinutes(5),
                Duration.ofHours(4));
    }

    /** From now on its document has these keys. */
    public void list(RSAKey... keys) {
        listed = publicKeys(keys);
    }

    public void goAway(boolean gone) {
        away = gone;
    }

    public int fetches() {
        return fetches.get();
    }

    /** Claims of a token that is valid for five minutes. */
    public static JWTClaimsSet.Builder claims(Instant now, String organisation, String scope) {
        return new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .audience(List.of("another", AUDIENCE))
                .subject("a-service")
                .claim("org", organisation)
                .claim("scope", scope)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)));
    }

    public static String sign(RSAKey key, JWTClaimsSet.Builder claims) throws JOSEException {
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID(key.getKeyID())
                .type(new JOSEObjectType("at+jwt"))
                .build();
        SignedJWT token = new SignedJWT(header, claims.build());
        token.sign(new RSASSASigner(key));
        return token.serialize();
    }

    private static List<JWK> publicKeys(RSAKey... keys) {
        List<JWK> all = new ArrayList<>();
        for (RSAKey key : keys) {
            all.add(key.toPublicJWK());
        }
        return all;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
