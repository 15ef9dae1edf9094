package dev.attune.publisher.serving;

import dev.attune.publisher.http.CallException;
import java.util.List;

/** A replica that answers conversations. */
public interface Answering {

    /** The text of an answer. */
    String text(String model, List<ChatMessage> messages, int maxTokens, double temperature, long seed)
            throws CallException;

    /** One that tells the tokens of its answers too, so that another model can be asked how likely they are. */
    interface InTokens extends Answering {

        /** An answer sampled at temperature 1 from the whole distribution, as users get it. */
        SampledAnswer answer(String model, List<ChatMessage> messages, int maxTokens, long seed) throws CallException;
    }
}
