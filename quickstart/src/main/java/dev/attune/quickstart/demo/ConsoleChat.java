package dev.attune.quickstart.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** The page's own chat: the reader asks, sees two answers of the served model and one of the base, and picks. */
final class ConsoleChat {
    private static final String READER = "reader-of-the-page";
    private static final int MOST_OPEN_TURNS = 100;

    private final ServingClient serving;
    private final GatewayClient gateway;
    private final LoopState state;
    private final ServedModel base;
    /** Turns that still may be judged; the oldest leaves first. */
    private final Map<String, Turn> open = new LinkedHashMap<>();

    ConsoleChat(ServingClient serving, GatewayClient gateway, LoopState state, ServedModel base) {
        this.serving = serving;
        this.gateway = gateway;
        this.state = state;
        this.base = base;
    }

    /** Two answers to judge, and what the model said before it learned. */
    record Turn(String id, String question, String version, List<String> answers, String baseAnswer) {}

    Turn ask(String question) throws IOException, InterruptedException {
        long seed = ThreadLocalRandom.current().nextLong(Long.MAX_VALUE);
        ServedModel model = state.served();
        List<ServingClient.Answer> answers = serving.chat(model.name(), question, 2, seed);
        String before = serving.chat(base.name(), question, 1, seed).getFirst().text();
        Turn turn = new Turn(
                "turn-" + UUID.randomUUID(),
                question,
                model.version(),
                answers.stream().map(ServingClient.Answer::text).toList(),
                before);
        for (int i = 0; i < answers.size(); i++) {
            gateway.completion(
                    turn.id(),
                    completionId(turn, i),
                    model.version(),
                    question,
                    turn.answers().get(i),
                    READER);
        }
        state.acknowledged(answers.size());
        remember(turn);
        return turn;
    }

    private synchronized void remember(Turn turn) {
        open.put(turn.id(), turn);
        if (open.size() > MOST_OPEN_TURNS) {
            open.remove(open.keySet().iterator().next());
        }
    }

    /**
     * Reports the reader's pick.
     *
     * @return the event's id; nothing if the turn is not known (any more)
     */
    Optional<String> pick(String turnId, int chosen) throws IOException, InterruptedException {
        Turn turn;
        synchronized (this) {
            turn = open.get(turnId);
        }
        if (turn == null || chosen < 0 || chosen > 1) {
            return Optional.empty();
        }
        String eventId =
                gateway.pick(turnId, READER, "CHOSEN", completionId(turn, chosen), completionId(turn, 1 - chosen));
        state.acknowledged(1);
        return Optional.of(eventId);
    }

    /** What became of a pick; nothing where that is not known yet. */
    Optional<JsonNode> fate(String eventId) throws IOException, InterruptedException {
        return gateway.fate(eventId);
    }

    private static String completionId(Turn turn, int index) {
        return turn.id() + (index == 0 ? "-a" : "-b");
    }
}
