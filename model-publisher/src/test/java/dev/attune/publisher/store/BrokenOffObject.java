package dev.attune.publisher.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A service with one object, written by hand on a socket, since servers of libraries end their answers properly. Each answer
 * but the last ends in the middle.
 */
final class BrokenOffObject implements AutoCloseable {

    private final byte[] content;
    private final List<Answer> answers;
    private final ServerSocket server;
    private final Thread thread;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final List<String> asked = new ArrayList<>();

    /** How an answer ends; the last of those given goes on for ever. */
    enum Answer {
        WHOLE,
        /** The connection is closed after half of what was asked for. */
        BREAKS_OFF,
        /** After half of it nothing comes any more. */
        STALLS,
        /** The object has been replaced: another tag. */
        REPLACED,
        /** Takes no notice of {@code Range}. */
        FROM_THE_BEGINNING
    }

    BrokenOffObject(byte[] content, Answer... answers) throws IOException {
        this.content = content.clone();
        this.answers = List.of(answers);
        this.server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        this.thread = Thread.ofPlatform().name("broken-off-object").start(this::serve);
    }

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    /** Of each request so far, {@code Range} and {@code If-Match}. */
    List<String> asked() {
        synchronized (asked) {
            return List.copyOf(asked);
        }
    }

    private void serve() {
        try {
            while (true) {
                Socket socket = server.accept();
                Thread.startVirtualThread(() -> answer(socket));
            }
        } catch (IOException end) {
            // Closed
        }
    }

    private void answer(Socket socket) {
        try (socket) {
            Map<String, String> headers = headers(socket);
            Answer answer;
            synchronized (asked) {
                answer = answers.get(Math.min(asked.size(), answers.size() - 1));
                asked.add(headers.getOrDefault("range", "all") + " of " + headers.getOrDefault("if-match", "any"));
            }
            write(socket.getOutputStream(), answer, headers.get("range"));
            if (answer == Answer.STALLS) {
                closed.await();
            }
        } catch (IOException | InterruptedException goneAway) {
            // A client that was told to give up does so.
        }
    }

    private void write(OutputStream out, Answer answer, @Nullable String range) throws IOException {
        if (answer == Answer.REPLACED) {
            out.write(text("HTTP/1.1 412 Precondition Failed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
            return;
        }
        boolean all = range == null || answer == Answer.FROM_THE_BEGINNING;
        int from = all ? 0 : Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
        int length = content.length - from;
        String status = all
                ? "200 OK"
                : "206 Partial Content\r\nContent-Range: bytes %d-%d/%d"
                        .formatted(from, content.length - 1, content.length);
        out.write(text("HTTP/1.1 " + status + "\r\nETag: \"one\"\r\nContent-Length: " + length
                + "\r\nConnection: close\r\n\r\n"));
        boolean whole = answer == Answer.WHOLE || answer == Answer.FROM_THE_BEGINNING;
        out.write(content, from, whole ? length : length / 2);
        out.flush();
    }

    private static Map<String, String> headers(Socket socket) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        Map<String, String> headers = new TreeMap<>();
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        return headers;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        server.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
