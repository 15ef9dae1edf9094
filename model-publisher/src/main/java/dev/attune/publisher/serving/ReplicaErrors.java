package dev.attune.publisher.serving;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.attune.publisher.http.JsonHttp;
import dev.attune.publisher.http.JsonHttp.Answer;
import java.util.Locale;

/** What errors of serving say. vLLM's shape changed between versions; SGLang, Ollama and proxies have their own. */
final class ReplicaErrors {

    private ReplicaErrors() {}

    /**
     * The message of {@code {"message":…}}, {@code {"error":{"message":…}}}, {@code {"error":…}}, {@code
     * {"detail":…}}, {@code {"error_message":…}}, or the body itself.
     */
    static String message(Answer answer) {
        JsonNode root;
        try {
            root = JsonHttp.JSON.readTree(answer.body());
        } catch (JsonProcessingException noJson) {
            return answer.quote();
        }
        for (JsonNode message : new JsonNode[] {
            root.path("error").path("message"),
            root.path("message"),
            root.path("error"),
            root.path("error_message"),
            root.path("detail")
        }) {
            if (message.isTextual()) {
                return message.textValue();
            }
        }
        return answer.quote();
    }

    /** The name is taken: by an earlier attempt of ours, since nobody else gives such names. */
    static boolean isAlreadyLoaded(Answer answer) {
        String message = message(answer).toLowerCase(Locale.ROOT);
        return answer.status() == 400
                && (message.contains("already been loaded") || message.contains("already loaded"));
    }

    /** The server has no such path at all, as against an adapter or a model that it does not find. */
    static boolean isUnknownPath(Answer answer) {
        return answer.status() == 404 && message(answer).equals("Not Found");
    }

    /** The replica does not see the files yet: on a shared volume they may arrive late. */
    static boolean isNotThereYet(Answer answer) {
        return message(answer).toLowerCase(Locale.ROOT).contains("no adapter found");
    }
}
