package dev.attune.publisher.gate.evaluation;

import dev.attune.publisher.http.CallException;

/** One way to ask the team. */
interface Evaluation {

    /** As it stands in a release's detail. */
    String name();

    /** @throws CallException if there was no answer, or none that says yes or no */
    Verdict judge(EvaluationSubject subject) throws CallException;
}
