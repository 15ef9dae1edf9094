package dev.attune.quickstart.bench.gateway;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/**
 * Events as products send them: of five events three are completions of some hundred characters, two are thumbs on them. Each has
 * an id of the client's, as events that may be sent again have.
 */
final class Requests {
    private static final int COMPLETIONS_OF_FIVE = 3;
    private static final int PROMPT_WORDS = 20;
    private static final int ANSWER_WORDS = 60;
    private static final String[] WORDS =
            ("the order was sent on monday and will reach you within three days please keep"
                            + " this number so that we can help you further when you call our service team again")
                    .split(" ");

    private final Random random;
    private final String key;

    private record Sent(String kind, String json) {}

    Requests(long seed, String key) {
        this.random = new Random(seed);
        this.key = key;
    }

    /** Requests of one event each. */
    List<byte[]> singles(int count) {
        List<byte[]> requests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Sent event = event(i);
            requests.add(request(event.kind().equals("completion") ? "/v1/completions" : "/v1/feedback", event.json()));
        }
        return requests;
    }

    /** Requests of so many events each. */
    List<byte[]> batches(int count, int events) {
        List<byte[]> requests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<String> items = new ArrayList<>();
            for (int j = 0; j < events; j++) {
                Sent event = event(i * events + j);
                items.add("{\"" + event.kind() + "\":" + event.json() + "}");
            }
            requests.add(request("/v1/batch", "{\"items\":[" + String.join(",", items) + "]}"));
        }
        return requests;
    }

    private Sent event(int number) {
        String turn = "turn-" + number / 5;
        String completion = turn + "-c" + (number % 5) % COMPLETIONS_OF_FIVE;
        String id =
                new UUID(random.nextLong(), (random.nextLong() & 0x3fffffffffffffffL) | 0x8000000000000000L).toString();
        if (number % 5 < COMPLETIONS_OF_FIVE) {
            return new Sent("completion", """
                    {"eventId":"%s","turnId":"%s","completionId":"%s","userId":"user-%d","modelVersion":"v000032-00eb027888d4",\
                    "messages":[{"role":"user","content":"%s"}],"text":"%s"}\
                    """.formatted(
                            id, turn, completion, random.nextInt(50_000), words(PROMPT_WORDS), words(ANSWER_WORDS)));
        }
        return new Sent("feedback", """
                {"eventId":"%s","kind":"thumb","turnId":"%s","completionId":"%s","userId":"user-%d","thumb":"%s"}\
                """.formatted(
                        id, turn, completion, random.nextInt(50_000), random.nextBoolean() ? "up" : "down"));
    }

    private String words(int count) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            words.add(WORDS[random.nextInt(WORDS.length)]);
        }
        return String.join(" ", words);
    }

    private byte[] request(String path, String body) {
        byte[] json = body.getBytes(StandardCharsets.UTF_8);
        return """
                POST %s HTTP/1.1\r
                Host: localhost\r
                Authorization: Bearer %s\r
                Content-Type: application/json\r
                Content-Length: %d\r
                \r
                %s""".formatted(path, key, json.length, body).getBytes(StandardCharsets.UTF_8);
    }
}
