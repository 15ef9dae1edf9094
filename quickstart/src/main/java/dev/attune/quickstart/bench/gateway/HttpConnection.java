package dev.attune.quickstart.bench.gateway;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One keep-alive connection of the load: a request out, its answer in. Answers have to carry a Content-Length. */
final class HttpConnection implements AutoCloseable {
    private static final byte[] END_OF_HEAD = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ACCEPTED_ITEM = "\"status\":202".getBytes(StandardCharsets.US_ASCII);
    private static final String LENGTH = "content-length:";
    private static final int STATUS_AT = "HTTP/1.1 ".length();

    private final SocketChannel channel;
    private final SelectionKey key;
    private byte[] answer = new byte[64 << 10];
    private int received;
    private int bodyAt;
    private int answerLength;
    private ByteBuffer request = ByteBuffer.allocate(0);
    private long sentAt;

    private HttpConnection(SocketChannel channel, Selector selector) throws IOException {
        this.channel = channel;
        this.key = channel.register(selector, SelectionKey.OP_READ, this);
    }

    static HttpConnection open(InetSocketAddress server, Selector selector) throws IOException {
        SocketChannel channel = SocketChannel.open(server);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        return new HttpConnection(channel, selector);
    }

    void send(byte[] bytes) throws IOException {
        received = 0;
        bodyAt = 0;
        answerLength = 0;
        request = ByteBuffer.wrap(bytes);
        sentAt = System.nanoTime();
        write();
    }

    /** When the request began to go out, as {@link System#nanoTime}. */
    long sentAt() {
        return sentAt;
    }

    /** Does what the connection is ready for. True once the answer is whole. */
    boolean advance() throws IOException {
        if (key.isWritable()) {
            write();
        }
        return key.isReadable() && read();
    }

    /** Events of the whole answer that were acknowledged: of a batch's answer so many, of a single one it or not. */
    int accepted() {
        String status = new String(answer, STATUS_AT, 3, StandardCharsets.US_ASCII);
        return switch (status) {
            case "202" -> 1;
            case "200" -> count(ACCEPTED_ITEM);
            default -> 0;
        };
    }

    private void write() throws IOException {
        channel.write(request);
        key.interestOps(request.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
    }

    private boolean read() throws IOException {
        if (received == answer.length) {
            answer = Arrays.copyOf(answer, 2 * answer.length);
        }
        int count = channel.read(ByteBuffer.wrap(answer, received, answer.length - received));
        if (count < 0) {
            throw new EOFException("the server closed a connection");
        }
        received += count;
        if (bodyAt == 0) {
            int head = indexOf(END_OF_HEAD, 0);
            if (head < 0) {
                return false;
            }
            bodyAt = head + END_OF_HEAD.length;
            answerLength = bodyAt + contentLength(new String(answer, 0, head, StandardCharsets.US_ASCII));
        }
        return received >= answerLength;
    }

    private static int contentLength(String head) {
        for (String line : head.lines().toList()) {
            if (line.regionMatches(true, 0, LENGTH, 0, LENGTH.length())) {
                return Integer.parseInt(line.substring(LENGTH.length()).strip());
            }
        }
        throw new IllegalStateException("an answer without Content-Length: " + head);
    }

    private int count(byte[] wanted) {
        int count = 0;
        for (int at = indexOf(wanted, bodyAt); at >= 0; at = indexOf(wanted, at + wanted.length)) {
            count++;
        }
        return count;
    }

    private int indexOf(byte[] wanted, int from) {
        for (int at = from; at <= received - wanted.length; at++) {
            if (answer[at] == wanted[0] && Arrays.equals(answer, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        return -1;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
