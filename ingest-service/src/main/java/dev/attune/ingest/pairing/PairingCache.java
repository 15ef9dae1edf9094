package dev.attune.ingest.pairing;

import dev.attune.events.CompletionServed;
import dev.attune.events.JudgedCompletion;
import dev.attune.events.Message;
import dev.attune.events.state.PromptAgenda;
import dev.attune.ingest.pairing.rules.TurnMemory;
import dev.attune.ingest.pairing.state.ObjectCache;
import java.util.List;

/** What pairing keeps decoded between two events, and about how many bytes each of it takes. */
final class PairingCache {
    private static final int OBJECT_BYTES = 100;
    /** With ids of the usual length, as all of these. */
    private static final int VOTE_BYTES = 400;

    private static final int PAIR_BYTES = 800;
    private static final int CHARACTER_BYTES = 2;

    private final ObjectCache objects;

    PairingCache(long bytes) {
        this.objects = new ObjectCache(bytes);
    }

    ObjectCache.Section<TurnMemory> turns() {
        return objects.section(turn -> OBJECT_BYTES
                + VOTE_BYTES * turn.votes().size()
                + OBJECT_BYTES * (turn.seen().size() + turn.retracted().size())
                + OBJECT_BYTES * turn.completions().size());
    }

    ObjectCache.Section<PromptAgenda> agendas() {
        return objects.section(agenda -> OBJECT_BYTES);
    }

    ObjectCache.Section<PromptRows> prompts() {
        return objects.section(rows -> OBJECT_BYTES
                + VOTE_BYTES * rows.answers().size()
                + PAIR_BYTES * (rows.pairs().size() + rows.singles().size()));
    }

    ObjectCache.Section<CompletionServed> completions() {
        return objects.section(served -> characters(served.getText().getValue(), served.getMessages()));
    }

    ObjectCache.Section<JudgedCompletion> texts() {
        return objects.section(judged -> characters(judged.getText().getValue(), judged.getMessages()));
    }

    private static int characters(String text, List<Message> messages) {
        int characters = text.length();
        for (Message message : messages) {
            characters += message.getContent().getValue().length();
        }
        return OBJECT_BYTES * messages.size() + VOTE_BYTES + CHARACTER_BYTES * characters;
    }
}
