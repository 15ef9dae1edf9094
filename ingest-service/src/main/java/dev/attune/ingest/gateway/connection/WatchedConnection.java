package dev.attune.ingest.gateway.connection;

import dev.attune.ingest.gateway.problem.Reason;
import dev.attune.ingest.gateway.problem.Rejected;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.Router;
import io.helidon.webserver.ServerConnectionException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A connection that knows until when its client has to have sent or taken something. A request begins with its first byte and
 * has its time from there; between an answer and the next request the connection is idle.
 */
final class WatchedConnection implements ConnectionContext {
    private static final long NOTHING_DUE = Long.MAX_VALUE;

    private final ConnectionContext context;
    private final Times times;
    private final DataReader reader;
    private final DataWriter writer;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final long begin = System.nanoTime();

    /** Nanoseconds after {@link #begin} at which the client is late; {@link #NOTHING_DUE} while it is our turn. */
    private volatile long due = NOTHING_DUE;

    private volatile boolean inRequest;
    /** Of the request that is read now; used by the connection's own thread alone. */
    private long requestDue;

    /** In nanoseconds. */
    record Times(long request, long idle) {}

    WatchedConnection(ConnectionContext context, Times times) {
        this.context = context;
        this.times = times;
        this.reader = DataReader.create(this::read);
        this.writer = new Writer();
    }

    /**
     * Ends the connection where its client is late. One that is in the middle of a request is told why.
     *
     * @return whether a request was broken off
     */
    boolean endIfLate(long now) {
        if (now - begin < due || !ended.compareAndSet(false, true)) {
            return false;
        }
        boolean broken = inRequest;
        try {
            if (broken) {
                // A client that does not take answers must not hold up the watch of all others.
                Thread _ = Thread.ofVirtual().start(this::tellAndClose);
            } else {
                context.serverSocket().close();
            }
        } catch (RuntimeException _) {
            // It ended by itself.
        }
        return broken;
    }

    private void tellAndClose() {
        Thread closing = Thread.ofVirtual().start(this::closeSoon);
        try {
            context.dataWriter()
                    .writeNow(BufferData.create(TransportProblems.raw(new Rejected(
                            Reason.REQUEST_TOO_SLOW, "the request did not arrive in time: send it faster"))));
        } catch (RuntimeException _) {
            // Its client is gone.
        } finally {
            closing.interrupt();
        }
    }

    private void closeSoon() {
        try {
            Thread.sleep(1000);
        } catch (InterruptedException _) {
            // It was told.
        }
        try {
            context.serverSocket().close();
        } catch (RuntimeException _) {
            // It ended by itself.
        }
    }

    private byte[] read() {
        if (!inRequest) {
            due = after(times.idle());
        } else {
            due = requestDue;
        }
        try {
            byte[] bytes = context.serverSocket().get();
            if (!inRequest) {
                inRequest = true;
                requestDue = after(times.request());
            }
            return bytes;
        } catch (UncheckedIOException e) {
            throw new ServerConnectionException("the connection broke", e);
        } finally {
            due = NOTHING_DUE;
        }
    }

    private long after(long nanos) {
        return System.nanoTime() - begin + nanos;
    }

    /** An answer ends the request; whoever does not take it is late too. */
    private final class Writer implements DataWriter {
        private final DataWriter out = context.dataWriter();

        @Override
        public void write(BufferData... buffers) {
            writing(() -> out.write(buffers));
        }

        @Override
        public void write(BufferData buffer) {
            writing(() -> out.write(buffer));
        }

        @Override
        public void writeNow(BufferData... buffers) {
            writing(() -> out.writeNow(buffers));
        }

        @Override
        public void writeNow(BufferData buffer) {
            writing(() -> out.writeNow(buffer));
        }

        @Override
        public void flush() {
            writing(out::flush);
        }

        @Override
        public void close() {
            out.close();
        }

        private void writing(Runnable write) {
            inRequest = false;
            due = after(times.request());
            try {
                write.run();
            } finally {
                due = NOTHING_DUE;
            }
        }
    }

    @Override
    public DataReader dataReader() {
        return reader;
    }

    @Override
    public DataWriter dataWriter() {
        return writer;
    }

    @Override
    public ListenerContext listenerContext() {
        return context.listenerContext();
    }

    @Override
    public ExecutorService executor() {
        return context.executor();
    }

    @Override
    public Router router() {
        return context.router();
    }

    @Override
    public Optional<ProxyProtocolData> proxyProtocolData() {
        return context.proxyProtocolData();
    }

    @Override
    public HelidonSocket serverSocket() {
        return context.serverSocket();
    }

    @Override
    public PeerInfo remotePeer() {
        return context.remotePeer();
    }

    @Override
    public PeerInfo localPeer() {
        return context.localPeer();
    }

    @Override
    public boolean isSecure() {
        return context.isSecure();
    }

    @Override
    public String socketId() {
        return context.socketId();
    }

    @Override
    public String childSocketId() {
        return context.childSocketId();
    }
}
