package dev.attune.publisher.store.s3;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * An object's content. Where it breaks off or stalls, the rest is asked for, of the same object; a few times, then that is a
 * failure. The SDK repeats calls up to their headers only.
 */
final class ResumedObject extends InputStream {

    private static final Logger LOG = LoggerFactory.getLogger(ResumedObject.class);
    /** Of one object, however large: a connection that breaks more often is mended elsewhere. */
    private static final int MOST_RESUMPTIONS = 5;

    private final String name;
    private final Source source;
    private final String tag;
    private final long length;
    private ResponseInputStream<GetObjectResponse> body;
    private long position;
    private int resumptions;

    /** Where the content comes from. */
    @FunctionalInterface
    interface Source {
        /** @param tag of the object that it has to be still; null for whichever is there */
        ResponseInputStream<GetObjectResponse> from(long position, @Nullable String tag) throws IOException;
    }

    /** @param name for messages */
    ResumedObject(String name, Source source) throws IOException {
        this.name = name;
        this.source = source;
        this.body = source.from(0, null);
        this.tag = body.response().eTag();
        this.length = body.response().contentLength();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int count) throws IOException {
        while (true) {
            IOException failure;
            try {
                int read = body.read(buffer, offset, count);
                if (read >= 0) {
                    position += read;
                    return read;
                }
                if (position >= length) {
                    return -1;
                }
                failure = new EOFException("ended after " + position + " of " + length + " bytes");
            } catch (IOException e) {
                failure = e;
            } catch (SdkException e) {
                throw new IOException("cannot read " + name + ": " + e.getMessage(), e);
            }
            if (isInterrupt(failure)) {
                throw failure;
            }
            if (position >= length) {
                // All of it came; only the end of the connection was not as it should be.
                return -1;
            }
            resume(failure);
        }
    }

    /** A socket's timeout is of the same kind, and is what a stall looks like. */
    private static boolean isInterrupt(IOException failure) {
        return failure instanceof InterruptedIOException && !(failure instanceof SocketTimeoutException);
    }

    private void resume(IOException failure) throws IOException {
        body.abort();
        if (resumptions == MOST_RESUMPTIONS) {
            throw new IOException(
                    name + " broke off " + (resumptions + 1) + " times, the last time after " + position + " of "
                            + length + " bytes: " + failure.getMessage(),
                    failure);
        }
        resumptions++;
        LOG.info("{} broke off after {} of {} bytes and is resumed: {}", name, position, length, failure.getMessage());
        body = source.from(position, tag);
        String range = body.response().contentRange();
        if (position > 0 && (range == null || !range.startsWith("bytes " + position + "-"))) {
            body.abort();
            throw new IOException(
                    name + " broke off, and the service gave " + (range == null ? "all of it" : range)
                            + " where it was asked for what comes after " + position + " bytes",
                    failure);
        }
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
