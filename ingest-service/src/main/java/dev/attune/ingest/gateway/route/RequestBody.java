package dev.attune.ingest.gateway.route;

import dev.attune.ingest.gateway.problem.Reason;
import dev.attune.ingest.gateway.problem.Rejected;
import io.helidon.webserver.http.ServerRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/** The bytes of a request, never more than are allowed, and none before the budget has room for them. */
final class RequestBody {
    private static final int STEP = 16_384;

    private final ServerRequest request;
    private final int maxBytes;
    private final OptionalLong announced;

    private RequestBody(ServerRequest request, int maxBytes, OptionalLong announced) {
        this.request = request;
        this.maxBytes = maxBytes;
        this.announced = announced;
    }

    /** @throws Rejected when it announces more than it may have */
    static RequestBody of(ServerRequest request, int maxBytes) {
        OptionalLong announced = request.headers().contentLength();
        if (announced.isPresent() && announced.getAsLong() > maxBytes) {
            throw tooLarge(maxBytes);
        }
        return new RequestBody(request, maxBytes, announced);
    }

    /**
     * Reads it. A body that announces its length takes its share at once, one that comes in chunks as it grows.
     *
     * @throws Rejected when it is too large, breaks off, or the budget has no room
     */
    byte[] read(InFlightBytes.Share share) {
        if (!request.content().hasEntity()) {
            return new byte[0];
        }
        if (announced.isPresent()) {
            share.growForBody(announced.getAsLong());
        }
        try (InputStream in = request.content().inputStream()) {
            return announced.isPresent() ? in.readAllBytes() : readChunks(in, share);
        } catch (Rejected rejected) {
            throw rejected;
        } catch (IOException | RuntimeException _) {
            // Helidon has exceptions of its own for a client that goes away.
            throw new Rejected(Reason.INCOMPLETE_BODY, "the body ended before its announced length: send it again");
        }
    }

    private byte[] readChunks(InputStream in, InFlightBytes.Share share) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] step = new byte[STEP];
        for (int count = in.read(step); count >= 0; count = in.read(step)) {
            share.growForBody(count);
            body.write(step, 0, count);
            if (body.size() > maxBytes) {
                throw tooLarge(maxBytes);
            }
        }
        return body.toByteArray();
    }

    private static Rejected tooLarge(int maxBytes) {
        return new Rejected(Reason.BODY_TOO_LARGE, "the body has more than " + maxBytes + " bytes: send less text");
    }
}
