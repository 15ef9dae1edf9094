package dev.attune.quickstart.serving.engine;

import dev.attune.quickstart.serving.llamacpp.ContextShape;
import dev.attune.quickstart.serving.llamacpp.DecodeBatch;
import dev.attune.quickstart.serving.llamacpp.LlamaContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The sequences that one context computes together, and the book of its slots and cells. For one thread. */
final class Wave {
    private final LlamaContext context;
    private final DecodeBatch batch;
    private final int cacheCells;
    private final int joinLimit;
    private final Deque<Integer> freeSlots = new ArrayDeque<>();
    private final List<Prefill> prefills = new ArrayList<>();
    private final List<ActiveSequence> running = new ArrayList<>();
    private final float[] logits;
    private final double[] scratch;
    /** Cells that were filled since the wave began, also those of sequences that are done. */
    private int cellsFilled;

    /** @param joinLimit filled cells above which nobody joins any more */
    Wave(LlamaContext context, ContextShape shape, int joinLimit, int vocabularySize) {
        this.context = context;
        this.batch = context.batch();
        this.cacheCells = shape.cacheCells();
        this.joinLimit = joinLimit;
        this.logits = new float[vocabularySize];
        this.scratch = new double[vocabularySize];
        for (int slot = 0; slot < shape.maxSequences(); slot++) {
            freeSlots.add(slot);
        }
    }

    /** A job whose prompt is computed in the coming step, for all its sequences at once. */
    private record Prefill(Job job, List<ActiveSequence> sequences) {}

    void begin(Job first) {
        cellsFilled = 0;
        admit(first);
    }

    /** Whether there is a slot for each of a job's sequences, and cells for the longest that all answers can become. */
    boolean fits(Job job) {
        int nextBatch = running.size() + job.request().prompt().length;
        int reserved = job.cells();
        for (Prefill prefill : prefills) {
            nextBatch += prefill.job().request().prompt().length;
            reserved += prefill.job().cells();
        }
        for (ActiveSequence sequence : running) {
            reserved += sequence.cellsLeft();
        }
        return job.choices() <= freeSlots.size()
                && cellsFilled + nextBatch <= joinLimit
                && cellsFilled + reserved <= cacheCells;
    }

    void admit(Job job) {
        List<ActiveSequence> sequences = new ArrayList<>();
        for (int i = 0; i < job.choices(); i++) {
            sequences.add(new ActiveSequence(job, job.firstChoice() + i, freeSlots.remove()));
        }
        prefills.add(new Prefill(job, sequences));
    }

    boolean isOver() {
        return prefills.isEmpty() && running.isEmpty();
    }

    /** One pass over the weights: the prompts of those who joined, and the last token of each of the others. */
    void step() {
        batch.clear();
        int[] prefillRows = new int[prefills.size()];
        for (int i = 0; i < prefillRows.length; i++) {
            Prefill prefill = prefills.get(i);
            int[] slots =
                    prefill.sequences().stream().mapToInt(ActiveSequence::slot).toArray();
            prefillRows[i] = batch.add(
                    prefill.job().request().prompt(), 0, slots, prefill.job().reportsPrompt());
        }
        int firstRow = batch.size();
        for (ActiveSequence sequence : running) {
            batch.add(new int[] {sequence.lastToken()}, sequence.lastPosition(), new int[] {sequence.slot()}, true);
        }
        context.decode();
        cellsFilled += batch.size();

        for (int i = 0; i < running.size(); i++) {
            context.logits(firstRow + i, logits);
            running.get(i).advance(logits, scratch);
        }
        for (int i = 0; i < prefillRows.length; i++) {
            finishPrefill(prefills.get(i), prefillRows[i]);
        }
        prefills.clear();
        retireFinished();
    }

    private void finishPrefill(Prefill prefill, int firstRow) {
        Job job = prefill.job();
        int[] prompt = job.request().prompt();
        if (job.reportsPrompt()) {
            List<TokenLogprob> logprobs = new ArrayList<>();
            for (int i = 1; i < prompt.length; i++) {
                context.logits(firstRow + i - 1, logits);
                logprobs.add(TokenLogprob.of(logits, prompt[i], job.request().promptLogprobs()));
            }
            job.owner().promptLogprobs(logprobs);
        }
        context.logits(firstRow + prompt.length - 1, logits);
        for (ActiveSequence sequence : prefill.sequences()) {
            if (!sequence.finished()) {
                sequence.advance(logits, scratch);
            }
            running.add(sequence);
        }
    }

    private void retireFinished() {
        running.removeIf(sequence -> {
            if (!sequence.finished() && !sequence.job().owner().abandoned()) {
                return false;
            }
            context.forget(sequence.slot());
            freeSlots.add(sequence.slot());
            if (sequence.finished()) {
                sequence.deliver();
            }
            return true;
        });
    }

    /** Ends the wave: every request in it fails. */
    void fail(RuntimeException failure) {
        for (Prefill prefill : prefills) {
            running.addAll(prefill.sequences());
        }
        prefills.clear();
        for (ActiveSequence sequence : running) {
            sequence.job().owner().fail(failure);
            freeSlots.add(sequence.slot());
        }
        running.clear();
    }
}
