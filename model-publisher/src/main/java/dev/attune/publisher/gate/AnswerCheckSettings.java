package dev.attune.publisher.gate;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;

/**
 * A check that the team supplies: it is sent {@code {"model", "answers": [{"prompt", "answer", "finishReason"}]}} and answers
 * {@code {"results": [{"ok", "reason"}]}}, one result an answer, in order.
 */
public record AnswerCheckSettings(
        @Setting("Where answers are posted.") String url,

        @Setting(value = "Smallest share of well-formed answers, 0 to 1.", byDefault = "0.85")
        double minShare,

        @Setting(value = "Largest drop of that share below the base's, 0 to 1.", byDefault = "0.05")
        double maxDrop) {

    public AnswerCheckSettings {
        Checks.that(
                url.startsWith("http://") || url.startsWith("https://"),
                "url",
                "must begin with http:// or https://, but is '" + url + "'");
        Checks.between("minShare", minShare, 0.0, 1.0);
        Checks.between("maxDrop", maxDrop, 0.0, 1.0);
    }
}
