package dev.attune.ingest.pairing;

import dev.attune.events.JudgedTurn;
import dev.attune.ingest.pairing.rules.JudgedAnswer;
import java.util.ArrayList;
import java.util.List;

/** The first answers of a prompt, as its turns are read one after the other, and how many more there are. */
final class FirstAnswers {
    private final int most;
    private final List<JudgedAnswer> answers = new ArrayList<>();
    private int leftOut;

    FirstAnswers(int most) {
        this.most = most;
    }

    void add(JudgedTurn judged) {
        for (JudgedAnswer answer : JudgedRecords.answers(judged)) {
            if (answers.size() < most) {
                answers.add(answer);
            } else {
                leftOut++;
            }
        }
    }

    List<JudgedAnswer> answers() {
        return answers;
    }

    int leftOut() {
        return leftOut;
    }
}
