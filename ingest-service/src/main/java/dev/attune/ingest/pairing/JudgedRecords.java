package dev.attune.ingest.pairing;

import dev.attune.events.CompletionServed;
import dev.attune.events.JudgedCompletion;
import dev.attune.events.JudgedTurn;
import dev.attune.events.Vote;
import dev.attune.ingest.pairing.rules.JudgedAnswer;
import dev.attune.ingest.pairing.rules.ServedAnswer;
import dev.attune.ingest.pairing.rules.StableHash;
import dev.attune.ingest.pairing.rules.Turn;
import dev.attune.ingest.pairing.rules.TurnMemory.KnownCompletion;
import dev.attune.ingest.pairing.rules.TurnOutcome.EditedText;
import dev.attune.ingest.pairing.rules.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The records between the stages, from a turn and to what the rules of prompts need. */
final class JudgedRecords {
    private JudgedRecords() {}

    /**
     * What of one prompt was judged in a turn.
     *
     * @param editedText finds a user's own text by its id
     */
    static JudgedTurn of(TurnKey key, String promptId, Turn turn, Function<String, CompletionServed> editedText) {
        List<JudgedCompletion> completions = new ArrayList<>();
        String modelId = "";
        long revision = 0;
        long occurredAt = 0;
        long receivedAt = 0;
        for (KnownCompletion known : turn.memory().completions()) {
            ServedAnswer answer = known.answer();
            if (known.revision() == 0 || !answer.promptId().equals(promptId)) {
                continue;
            }
            JudgedCompletion judged = completion(known, turn);
            completions.add(judged);
            for (EditedText edit : turn.edits(answer.completionId())) {
                completions.add(edited(judged, editedText.apply(edit.editedId())));
            }
            modelId = answer.modelId();
            revision += known.revision();
            receivedAt = Math.max(receivedAt, judged.getReceivedAt());
            for (Vote vote : judged.getVotes()) {
                occurredAt = Math.max(occurredAt, vote.getOccurredAt());
            }
        }
        // Nobody needs more of the event id than to tell two revisions apart.
        String eventId = key.turnId() + "@" + revision;
        return new JudgedTurn(
                eventId, key.tenant(), modelId, occurredAt, receivedAt, key.turnId(), promptId, completions);
    }

    /** What the rules need of the completions. */
    static List<JudgedAnswer> answers(JudgedTurn judged) {
        List<JudgedAnswer> answers = new ArrayList<>(judged.getCompletions().size());
        for (JudgedCompletion completion : judged.getCompletions()) {
            answers.add(new JudgedAnswer(
                    completion.getCompletionId(),
                    judged.getTurnId(),
                    completion.getRevision(),
                    completion.getTextDigest(),
                    completion.getTextLength(),
                    completion.getModelVersion(),
                    Instant.ofEpochMilli(completion.getReceivedAt()),
                    verdicts(completion.getVotes())));
        }
        return answers;
    }

    /** Without those of a kind that a newer version knows. */
    private static List<Verdict> verdicts(List<Vote> votes) {
        List<Verdict> verdicts = new ArrayList<>(votes.size());
        for (Vote vote : votes) {
            Verdict.Kind kind = PairingRecords.kind(vote.getKind());
            if (kind != null) {
                verdicts.add(verdict(vote, kind));
            }
        }
        return verdicts;
    }

    private static JudgedCompletion completion(KnownCompletion known, Turn turn) {
        ServedAnswer answer = known.answer();
        Instant votesReceivedAt = turn.newestReceivedAt(answer.completionId());
        Instant receivedAt = votesReceivedAt.isAfter(answer.receivedAt()) ? votesReceivedAt : answer.receivedAt();
        List<Verdict> verdicts = turn.verdicts(answer.completionId());
        List<Vote> votes = new ArrayList<>(verdicts.size());
        verdicts.forEach(verdict -> votes.add(vote(verdict)));
        // No builder, here and for the votes: there are many of these, and it checks every field.
        return new JudgedCompletion(
                answer.completionId(),
                known.revision(),
                answer.modelVersion(),
                answer.textDigest(),
                answer.textLength(),
                receivedAt.toEpochMilli(),
                votes);
    }

    /** A user's text in the place of {@code original}: an answer of its own without votes; no model wrote it. */
    private static JudgedCompletion edited(JudgedCompletion original, CompletionServed edit) {
        String text = edit.getText().getValue();
        return new JudgedCompletion(
                edit.getCompletionId(),
                original.getRevision(),
                "",
                StableHash.id(text),
                text.length(),
                original.getReceivedAt(),
                List.of());
    }

    private static Vote vote(Verdict verdict) {
        return new Vote(
                verdict.eventId(),
                verdict.userId(),
                PairingRecords.kind(verdict.kind()),
                verdict.otherCompletionId(),
                verdict.occurredAt().toEpochMilli(),
                verdict.receivedAt().toEpochMilli(),
                verdict.allowTraining());
    }

    private static Verdict verdict(Vote vote, Verdict.Kind kind) {
        return new Verdict(
                vote.getEventId(),
                vote.getUserId(),
                kind,
                vote.getOtherCompletionId(),
                Instant.ofEpochMilli(vote.getOccurredAt()),
                Instant.ofEpochMilli(vote.getReceivedAt()),
                vote.getAllowTraining());
    }
}
