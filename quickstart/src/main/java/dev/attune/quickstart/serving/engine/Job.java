package dev.attune.quickstart.serving.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * The part of a request that is computed together: its prompt once, and some of its choices. A request with more choices than a
 * context has room for is several jobs.
 */
final class Job {
    private final PendingGeneration owner;
    private final int firstChoice;
    private final int choices;
    private final boolean reportsPrompt;

    private Job(PendingGeneration owner, int firstChoice, int choices) {
        this.owner = owner;
        this.firstChoice = firstChoice;
        this.choices = choices;
        this.reportsPrompt = firstChoice == 0 && owner.request().promptLogprobs() >= 0;
    }

    static List<Job> split(PendingGeneration owner, int maxSequences, int cacheCells) {
        GenerationRequest request = owner.request();
        int cellsLeft = cacheCells - request.prompt().length;
        int fitting = request.maxTokens() == 0 ? maxSequences : cellsLeft / request.maxTokens();
        int most = Math.clamp(fitting, 1, maxSequences);
        List<Job> jobs = new ArrayList<>();
        for (int first = 0; first < request.choices(); first += most) {
            jobs.add(new Job(owner, first, Math.min(most, request.choices() - first)));
        }
        return jobs;
    }

    PendingGeneration owner() {
        return owner;
    }

    GenerationRequest request() {
        return owner.request();
    }

    ServedModel model() {
        return owner.model();
    }

    int firstChoice() {
        return firstChoice;
    }

    int choices() {
        return choices;
    }

    /** Whether this job gives the prompt's log-probabilities; one of a request does. */
    boolean reportsPrompt() {
        return reportsPrompt;
    }

    /** Cells of the key-value cache that it may come to need. */
    int cells() {
        return request().prompt().length + choices * request().maxTokens();
    }
}
