package dev.attune.ingest.gateway;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A client that sends whatever bytes it is given, and reads all that is answered. */
final class RawHttp {
    /** No answer may take longer: more than the time limit for Kafka. */
    private static final int BOUND_MS = 15_000;

    private RawHttp() {}

    record Response(int status, String head, String body) {}

    /**
     * All answers to some bytes, after which the client sends no more.
     *
     * @throws SocketTimeoutException when the server neither answers nor closes
     */
    static List<Response> exchange(int port, byte[] request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(BOUND_MS);
            try {
                OutputStream out = socket.getOutputStream();
                out.write(request);
                out.flush();
                socket.shutdownOutput();
            } catch (IOException refused) {
                // It answered and closed before it had read all.
            }
            return parse(readAll(socket));
        }
    }

    static byte[] readAll(Socket socket) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] step = new byte[8192];
        try {
            for (int count = socket.getInputStream().read(step);
                    count >= 0;
                    count = socket.getInputStream().read(step)) {
                all.write(step, 0, count);
            }
        } catch (SocketTimeoutException hangs) {
            throw hangs;
        } catch (IOException reset) {
            // A reset ends the answer too.
        }
        return all.toByteArray();
    }

    static List<Response> parse(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        List<Response> responses = new ArrayList<>();
        int at = 0;
        while (text.startsWith("HTTP/1.1 ", at)) {
            int end = text.indexOf("\r\n\r\n", at);
            if (end < 0) {
                break;
            }
            String head = text.substring(at, end);
            int status = Integer.parseInt(head.substring(9, 12));
            int length = contentLength(head);
            int bodyEnd = Math.min(text.length(), end + 4 + length);
            responses.add(new Response(status, head, text.substring(end + 4, bodyEnd)));
            at = bodyEnd;
        }
        return responses;
    }

    private static int contentLength(String head) {
        for (String line : head.split("\r\n", -1)) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                return Integer.parseInt(
                        line.substring("content-length:".length()).strip());
            }
        }
        return 0;
    }
}
