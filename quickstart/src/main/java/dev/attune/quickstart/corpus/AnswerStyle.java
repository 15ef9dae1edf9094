package dev.attune.quickstart.corpus;

import java.util.Map;
import java.util.random.RandomGenerator;

/** How an answer is put together. The introduction stands before numbered steps only. */
public record AnswerStyle(Opening opening, Body body, Introduction introduction, Closing closing) {

    /** What an answer begins with. */
    public enum Opening {
        NONE,
        THANKS,
        SORRY,
        RAMBLE
    }

    /** What an answer says: one sentence, two sentences, or numbered steps. */
    public enum Body {
        TERSE,
        PROSE,
        STEPS
    }

    /** The line before numbered steps. */
    public enum Introduction {
        NONE,
        PLAIN,
        PLEASE
    }

    /** What an answer ends with. */
    public enum Closing {
        NONE,
        PLEASE,
        THANKS,
        RAMBLE
    }

    /** How often each part occurs; each part is drawn on its own. */
    public record Weights(
            Map<Opening, Double> opening,
            Map<Body, Double> body,
            Map<Introduction, Double> introduction,
            Map<Closing, Double> closing) {

        /** Draws a style. */
        public AnswerStyle draw(RandomGenerator random) {
            return new AnswerStyle(
                    Draw.weighted(opening, random),
                    Draw.weighted(body, random),
                    Draw.weighted(introduction, random),
                    Draw.weighted(closing, random));
        }
    }
}
