package dev.attune.ingest.gateway.credential;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jose.util.Resource;
import java.io.Closeable;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The public keys of an issuer. They are fetched again in the background before they are too old, and at once when a token
 * names a key that is not among them, but not more often than twice in half a minute, whatever strangers send.
 */
final class IssuerKeys implements JWKSource<SecurityContext>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IssuerKeys.class);
    private static final int FETCH_TIMEOUT_MS = 2_000;
    private static final int MOST_BYTES = 256 << 10;

    private final String issuer;
    private final JWKSource<SecurityContext> source;
    private volatile boolean everFetched;

    /**
     * How long what holds.
     *
     * @param maxAge keys are fetched again before they are older
     * @param minInterval two fetches at most in this time
     * @param outage the last keys hold this long while the issuer cannot be reached
     */
    record Times(Duration maxAge, Duration minInterval, Duration outage) {
        static Times of(OidcSettings settings) {
            return new Times(settings.keysMaxAge(), Duration.ofSeconds(30), settings.keysOutage());
        }
    }

    IssuerKeys(String issuer, URI jwksUri, Times times) {
        this.issuer = issuer;
        long maxAgeMs = times.maxAge().toMillis();
        ThreadFactory threads =
                Thread.ofPlatform().name("issuer-keys-", 0).daemon(true).factory();
        ExecutorService fetching = Executors.newCachedThreadPool(threads);
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(threads);
        try {
            source = JWKSourceBuilder.<SecurityContext>create(jwksUri.toURL(), new Retriever())
                    .cache(maxAgeMs, Math.min(2L * FETCH_TIMEOUT_MS, maxAgeMs / 4))
                    .refreshAheadCache(maxAgeMs / 4, event -> {}, fetching, true, clock, true)
                    .rateLimited(times.minInterval().toMillis())
                    .outageTolerant(times.outage().toMillis())
                    .build();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
        // So that the first request finds them; an issuer that is away is no reason not to start.
        fetching.execute(() -> {
            try {
                List<JWK> keys = get(new JWKSelector(new JWKMatcher.Builder().build()), null);
                LOG.info("{} keys of the issuer {}", keys.size(), issuer);
            } catch (KeySourceException e) {
                LOG.warn("the keys of the issuer {} cannot be had: {}", issuer, e.getMessage());
            }
        });
    }

    @Override
    public List<JWK> get(JWKSelector selector, @Nullable SecurityContext context) throws KeySourceException {
        try {
            return source.get(selector, context);
        } catch (RateLimitReachedException e) {
            if (everFetched) {
                // They were looked up a moment ago: the key is not among them.
                return List.of();
            }
            throw e;
        }
    }

    @Override
    public void close() {
        try {
            if (source instanceof Closeable closeable) {
                closeable.close();
            }
        } catch (IOException e) {
            LOG.warn("closing the keys of the issuer {}: {}", issuer, e.toString());
        }
    }

    private final class Retriever extends DefaultResourceRetriever {
        Retriever() {
            super(FETCH_TIMEOUT_MS, FETCH_TIMEOUT_MS, MOST_BYTES);
        }

        @Override
        public Resource retrieveResource(java.net.URL url) throws IOException {
            Resource resource = super.retrieveResource(url);
            everFetched = true;
            return resource;
        }
    }
}
