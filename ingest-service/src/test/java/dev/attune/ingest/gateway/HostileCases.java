package dev.attune.ingest.gateway;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Requests that nobody means well with, and what may be answered. */
final class HostileCases {
    /** In every text that a client sends: it must never come back, nor stand in a log. */
    static final String WORDS = "xyzzy-words-of-a-user";

    static final String THUMB = "{\"kind\": \"thumb\", \"turnId\": \"t1\", \"completionId\": \"c1\", \"userId\": \""
            + WORDS + "\", \"thumb\": \"up\"}";
    static final String COMPLETION =
            "{\"turnId\": \"t1\", \"completionId\": \"c1\", \"messages\": [{\"role\": \"user\"," + " \"content\": \""
                    + WORDS + "\"}], \"text\": \"" + WORDS + "\"}";
    static final String BATCH = "{\"items\": [{\"feedback\": " + THUMB + "}, {\"completion\": " + COMPLETION + "}]}";

    private static final Set<Integer> REFUSED = Set.of(400, 404, 405, 408, 411, 413, 414, 415, 417, 422, 431, 501, 505);
    private static final Set<Integer> BAD_JSON = Set.of(400, 422);

    private final List<Case> cases = new ArrayList<>();

    /**
     * One of them.
     *
     * @param allowed the statuses that may be answered; nothing at all may be, where the connection is closed for it
     */
    record Case(String name, String text, Set<Integer> allowed) {
        Case(String name, byte[] bytes, Set<Integer> allowed) {
            this(name, new String(bytes, StandardCharsets.ISO_8859_1), allowed);
        }

        byte[] bytes() {
            return text.getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    private HostileCases() {}

    static List<Case> all() {
        HostileCases all = new HostileCases();
        all.firstLines();
        all.headers();
        all.framing();
        all.bodies();
        all.paths();
        return all.cases;
    }

    static byte[] post(String path, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return post(path, bytes, "Content-Length: " + bytes.length);
    }

    private static byte[] post(String path, byte[] body, String moreHeaders) {
        byte[] head = ("POST " + path + " HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer " + Http.KEY
                        + "\r\nContent-Type: application/json\r\n" + moreHeaders + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = new byte[head.length + body.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        return all;
    }

    private void raw(String name, String text, Integer... allowed) {
        cases.add(new Case(
                name, text.getBytes(StandardCharsets.ISO_8859_1), allowed.length == 0 ? REFUSED : Set.of(allowed)));
    }

    private void firstLines() {
        String rest = "\r\nHost: gateway\r\n\r\n";
        for (String line : List.of(
                "",
                " ",
                "GET",
                "GET /",
                "GET / HTTP/1.0",
                "GET / HTTP/0.9",
                "GET / HTTP/1.2",
                "GET / HTTP/2.0",
                "GET / HTTP/11",
                "GET / http/1.1",
                "GET  / HTTP/1.1",
                "GET\t/\tHTTP/1.1",
                "G\u0000T / HTTP/1.1",
                "GET /\u0000 HTTP/1.1",
                "GET /\u00ff HTTP/1.1",
                "GET / HTTP/1.1 HTTP/1.1",
                " GET / HTTP/1.1",
                "PRI * HTTP/2.0",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003",
                "SSH-2.0-OpenSSH_9.2",
                "{\"kind\": \"thumb\"}",
                "GET http://gateway/v1/feedback HTTP/1.1",
                "CONNECT gateway:443 HTTP/1.1",
                "OPTIONS * HTTP/1.1",
                "GET /?" + "q".repeat(5000) + " HTTP/1.1",
                "GET /" + "p".repeat(5000) + " HTTP/1.1",
                "M".repeat(5000) + " / HTTP/1.1",
                "X".repeat(100_000),
                "GET /?q=%zz HTTP/1.1",
                "GET /?q=<script> HTTP/1.1")) {
            raw("first line " + line, line + rest);
        }
        raw("nothing but line ends", "\r\n".repeat(2000));
        raw("bare line feeds", "GET / HTTP/1.1\nHost: gateway\n\n");
        raw("carriage returns alone", "GET / HTTP/1.1\rHost: gateway\r\r");
    }

    private void headers() {
        String get = "GET /v1/feedback HTTP/1.1\r\n";
        for (String headers : List.of(
                "",
                "Host:\r\n",
                "Host: a\r\nHost: b\r\n",
                "Host: a b\r\n",
                "Host: a:port\r\n",
                "Host: [::1\r\n",
                "Host: gateway/path\r\n",
                "Host: gateway\r\n folded: x\r\n",
                "Host: gateway\r\nNo colon\r\n",
                "Host: gateway\r\n: no name\r\n",
                "Host: gateway\r\nBad name: x\r\n",
                "Host : gateway\r\n",
                "Host: gateway\r\nX: a\u0000b\r\n",
                "Host: gateway\r\nX: a\u007fb\r\n",
                "Host: gateway\r\nX\u0000: b\r\n",
                "Host: gateway\r\nX\u00e9: b\r\n",
                "Host: gateway\r\nX: " + "v".repeat(20_000) + "\r\n",
                "Host: gateway\r\n" + "N".repeat(20_000) + ": v\r\n",
                "Host: gateway\r\n" + "X: v\r\n".repeat(5000),
                "Host: gateway\r\nX: a\nY: b\r\n",
                "Host: gateway\r\nX: a\rY: b\r\n",
                "Host: gateway\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n",
                "Host: gateway\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\n",
                "Host: gateway\r\nConnection: Content-Length\r\n",
                "Host: gateway\r\nAuthorization: Bearer " + "k".repeat(9000) + "\r\n",
                "Host: gateway\r\nAuthorization: Bearer\r\n",
                "Host: gateway\r\nAuthorization: \u00ff\u00fe\r\n",
                "Host: gateway\r\nAuthorization: Bearer a\r\nAuthorization: Bearer " + Http.KEY + "\r\n",
                "Host: gateway\r\nX-Forwarded-For: ' OR 1=1 --\r\n",
                "Host: gateway\r\nCookie: ${jndi:ldap://x}\r\n")) {
            raw("headers " + headers, get + headers + "\r\n", 400, 401, 404, 405, 414, 431);
        }
        for (String header : List.of(
                "Content-Encoding: gzip",
                "Content-Type: application/json",
                "Content-Type: text/xml",
                "Idempotency-Key: a b",
                "Idempotency-Key: " + "k".repeat(300),
                "Idempotency-Key: a\r\nIdempotency-Key: b",
                "Idempotency-Key: \u00e9\u00e9",
                "traceparent: " + "0".repeat(3000),
                "Expect: 200-ok")) {
            cases.add(new Case(
                    "post with " + header,
                    post(
                            "/v1/feedback",
                            THUMB.getBytes(StandardCharsets.UTF_8),
                            "Content-Length: " + THUMB.length() + "\r\n" + header),
                    Set.of(202, 400, 415, 417, 422)));
        }
    }

    private void framing() {
        byte[] thumb = THUMB.getBytes(StandardCharsets.UTF_8);
        for (String header : List.of(
                "Content-Length: -1",
                "Content-Length: +" + thumb.length,
                "Content-Length: 0x10",
                "Content-Length: 1e2",
                "Content-Length: 99999999999999999999",
                "Content-Length: 9223372036854775807",
                "Content-Length: 2147483648",
                "Content-Length: " + (thumb.length + 10),
                "Content-Length: abc",
                "Content-Length:",
                "Content-Length: 5, 5",
                "Content-Length: 5\r\nContent-Length: 6",
                "Content-Length: " + thumb.length + "\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nContent-Length: " + thumb.length,
                "Transfer-Encoding: chunked",
                "Transfer-Encoding: xchunked",
                "Transfer-Encoding: chunked, chunked",
                "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding: chunked, identity",
                "Transfer-Encoding: identity",
                "Transfer-Encoding: \u000bchunked",
                "Transfer-Encoding: chunked;q=1",
                "Transfer-Encoding:\tchunked\r\nTransfer-Encoding: identity",
                "Transfer-Encoding:",
                "Transfer-Encoding : chunked")) {
            cases.add(new Case("framing " + header, post("/v1/feedback", thumb, header), REFUSED));
        }
        for (String chunks : List.of(
                "zz\r\n{}\r\n0\r\n\r\n",
                "-1\r\n{}\r\n0\r\n\r\n",
                "7fffffff\r\n{}\r\n0\r\n\r\n",
                "80000000\r\n{}",
                "ffffffffffffffff\r\n{}",
                "00000000000000000000000002\r\n{}\r\n0\r\n\r\n",
                "2;ext=\"" + "e".repeat(5000) + "\"\r\n{}\r\n0\r\n\r\n",
                "2\r\n{}0\r\n\r\n",
                "2\r\n{}\r\n",
                "2\r\n{}\r\n0\r\n",
                "2\r\n{}\r\n0\r\nTrailer: x\r\n\r\n",
                "2\n{}\n0\n\n",
                " 2\r\n{}\r\n0\r\n\r\n",
                "f".repeat(200_000),
                "1\r\n{\r\n".repeat(30_000) + "0\r\n\r\n",
                "")) {
            cases.add(new Case(
                    "chunks " + chunks,
                    post("/v1/feedback", chunks.getBytes(StandardCharsets.ISO_8859_1), "Transfer-Encoding: chunked"),
                    REFUSED));
        }
        String good = new String(post("/v1/feedback", THUMB), StandardCharsets.UTF_8);
        raw("two requests at once", good + good, 202);
        raw("a good request and a bad one", good + "GARBAGE\r\n\r\n", 202, 400);
        raw(
                "a request smuggled as a body",
                "GET / HTTP/1.1\r\nHost: gateway\r\nContent-Length: " + good.length() + "\r\n\r\n" + good,
                404);
        raw(
                "a request that waits to be told to go on",
                good.replace("Content-Type", "Expect: 100-continue\r\nContent-Type"),
                100,
                202);
    }

    private void bodies() {
        List<String> any = List.of(
                "",
                " ",
                "null",
                "true",
                "17",
                "\"" + WORDS + "\"",
                "[]",
                "{",
                "}",
                "{]",
                "{\"",
                "{\"a\"",
                "{\"a\":",
                "{\"a\":1,}",
                "{,}",
                "{'a': 1}",
                "{a: 1}",
                "{\"a\": undefined}",
                "{\"a\": NaN}",
                "{\"a\": -Infinity}",
                "{\"a\": 01}",
                "{\"a\": +1}",
                "{\"a\": .5}",
                "{\"a\": 1e999999999}",
                "{\"a\": 1e-999999999}",
                "{\"a\": " + "9".repeat(1000) + "}",
                "{\"a\": 0." + "9".repeat(1000) + "}",
                "{} {}",
                "{}\u0000",
                "\ufeff{}",
                "{} // comment",
                "{\"a\": \"\\x\"}",
                "{\"a\": \"\\ud800\"}",
                "{\"a\": \"" + WORDS + "\n\"}",
                "{\"a\": " + "[".repeat(30_000),
                "{\"a\":".repeat(10_000),
                "[".repeat(60_000),
                "{\"" + "n".repeat(300) + "\": 1}",
                "{\"a\": 1, \"a\": 2}",
                "{\"__proto__\": {}, \"constructor\": {}}",
                "{\"@class\": \"java.lang.Runtime\"}",
                "{\"$ref\": \"#\"}",
                "{\"items\": " + "{\"a\":".repeat(10) + "1" + "}".repeat(10) + "}",
                "{\"items\": [" + "{},".repeat(5000) + "{}]}",
                "{\"tenant\": \"other\"}");
        for (String path : List.of("/v1/completions", "/v1/feedback", "/v1/batch")) {
            for (String body : any) {
                cases.add(new Case(path + " " + body, post(path, body), BAD_JSON));
            }
        }
        for (String wrong : List.of(
                THUMB.replace("\"t1\"", "\"../../etc/passwd\""),
                THUMB.replace("\"t1\"", "\"" + "t".repeat(129) + "\""),
                THUMB.replace("\"t1\"", "{\"$gt\": \"\"}"),
                THUMB.replace("\"t1\"", "\"t\\u00001\""),
                THUMB.replace("\"t1\"", "\"\u202et1\""),
                THUMB.replace("\"up\"", "\"" + "u".repeat(60_000) + "\""),
                THUMB.replace("\"up\"", "[[[[[[[[]]]]]]]]"),
                THUMB.replace("\"kind\"", "\"eventId\": \"00000000-0000-0000-0000-00000000000g\", \"kind\""),
                THUMB.replace("\"kind\"", "\"occurredAt\": \"+999999999-12-31T23:59:59Z\", \"kind\""),
                THUMB.replace("\"kind\"", "\"occurredAt\": \"-999999999-01-01T00:00:00Z\", \"kind\""),
                THUMB.replace("\"kind\"", "\"occurredAt\": \"2026-02-30T00:00:00Z\", \"kind\""),
                THUMB.replace(WORDS, "\\ud83d"),
                THUMB.replace(WORDS, "\\u0007"))) {
            cases.add(new Case("feedback " + wrong, post("/v1/feedback", wrong), BAD_JSON));
        }
        byte[] notUtf8 = THUMB.replace(WORDS, "\u00ff\u00c0\u00af").getBytes(StandardCharsets.ISO_8859_1);
        for (String path : List.of("/v1/completions", "/v1/feedback", "/v1/batch")) {
            cases.add(new Case(
                    path + " not UTF-8", post(path, notUtf8, "Content-Length: " + notUtf8.length), Set.of(400)));
            byte[] utf16 = THUMB.getBytes(StandardCharsets.UTF_16);
            cases.add(new Case(path + " UTF-16", post(path, utf16, "Content-Length: " + utf16.length), Set.of(400)));
        }
    }

    private void paths() {
        for (String path : List.of(
                "/v1/../v1/../etc/passwd",
                "/../../../../etc/passwd",
                "/v1/%2e%2e/%2e%2e/etc/passwd",
                "/v1/..%2f..%2fetc%2fpasswd",
                "/v1/feedback%00",
                "/v1/feedback%0d%0aX: y",
                "/v1/%66eedback/x",
                "/v1//feedback",
                "/v1/feedback/",
                "/v1/feedback;a=b/x",
                "/V1/FEEDBACK",
                "/v1/feedback/%ff",
                "/%c0%ae%c0%ae/",
                "/health",
                "/health/../metrics/x",
                "/actuator/env",
                "/.git/config",
                "/v1\\feedback",
                "//evil.example/",
                "/v1/completions/1")) {
            cases.add(new Case("GET " + path, get("GET", path), Set.of(400, 401, 404, 405)));
            cases.add(new Case("POST " + path, post(path, "{}"), Set.of(400, 404, 405, 415, 422)));
        }
        for (String method : List.of("HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "PATCH", "PROPFIND", "get", "X")) {
            for (String path : List.of("/v1/feedback", "/v1/batch", "/health/live")) {
                cases.add(new Case(method + " " + path, get(method, path), Set.of(200, 204, 400, 401, 404, 405)));
            }
        }
    }

    private static byte[] get(String method, String path) {
        return (method + " " + path + " HTTP/1.1\r\nHost: gateway\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }
}
