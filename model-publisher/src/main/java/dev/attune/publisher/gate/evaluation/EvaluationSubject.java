package dev.attune.publisher.gate.evaluation;

import java.util.List;

/**
 * What is to be judged: a candidate that every replica answers with, and nobody is sent to yet.
 *
 * @param tenant the trainer's tenant
 * @param modelId the model
 * @param version the checkpoint's version
 * @param servedName what replicas call it
 * @param replicaUrls where it answers, at least one
 * @param artifactPath the stored checkpoint's directory
 */
public record EvaluationSubject(
        String tenant,
        String modelId,
        String version,
        String servedName,
        List<String> replicaUrls,
        String artifactPath) {

    public EvaluationSubject {
        replicaUrls = List.copyOf(replicaUrls);
        if (replicaUrls.isEmpty()) {
            throw new IllegalArgumentException("a candidate answers on at least one replica");
        }
    }
}
