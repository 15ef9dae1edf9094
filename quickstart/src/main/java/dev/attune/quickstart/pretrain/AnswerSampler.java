package dev.attune.quickstart.pretrain;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.ndarray.NDManager;
import dev.attune.trainer.model.CausalLm;
import dev.attune.trainer.model.GradientMode;
import dev.attune.trainer.model.TokenBatch;
import dev.attune.trainer.model.TokenSequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Lets a model answer, many questions at a time. It keeps no attention cache: fine for a model of this size and for
 * measuring, while serving is another program's work.
 */
final class AnswerSampler {
    private static final int MAX_ANSWER_TOKENS = 128;
    private static final int ROWS = 64;

    private final CausalLm model;
    private final HuggingFaceTokenizer tokenizer;

    AnswerSampler(CausalLm model, HuggingFaceTokenizer tokenizer) {
        this.model = model;
        this.tokenizer = tokenizer;
    }

    /** An answer that grows. */
    private static final class Row {
        private final int index;
        private int[] tokens;
        private final int answerFrom;

        Row(int index, int[] prompt) {
            this.index = index;
            this.tokens = prompt;
            this.answerFrom = prompt.length;
        }

        void append(int token) {
            tokens = Arrays.copyOf(tokens, tokens.length + 1);
            tokens[tokens.length - 1] = token;
        }

        boolean isDone() {
            return tokens.length - answerFrom == MAX_ANSWER_TOKENS
                    || (tokens.length > answerFrom && tokens[tokens.length - 1] == SpecialToken.END.id());
        }
    }

    /** One answer for each question, sampled from the model's own distribution. */
    List<String> sample(List<String> questions, RandomGenerator random) {
        return answer(questions, logits -> drawn(logits, random.nextDouble()));
    }

    /** One answer for each question, each token the most probable one. */
    List<String> greedy(List<String> questions) {
        return answer(questions, AnswerSampler::largest);
    }

    private interface Choice {
        int of(float[] logits);
    }

    private List<String> answer(List<String> questions, Choice choice) {
        String[] answers = new String[questions.size()];
        for (int start = 0; start < questions.size(); start += ROWS) {
            List<Row> rows = new ArrayList<>();
            for (int i : IntStream.range(start, Math.min(start + ROWS, questions.size()))
                    .toArray()) {
                rows.add(new Row(i, EncodedDialogue.ids(EncodedDialogue.prompt(questions.get(i)), tokenizer)));
            }
            while (!rows.isEmpty()) {
                extend(rows, choice);
                rows.stream().filter(Row::isDone).forEach(row -> answers[row.index] = text(row));
                rows.removeIf(Row::isDone);
            }
        }
        return List.of(answers);
    }

    private void extend(List<Row> rows, Choice choice) {
        try (NDManager step = model.newStep();
                GradientMode _ = GradientMode.off()) {
            // A place for the token to come: its own logits are the only ones that are computed.
            List<TokenSequence> sequences = rows.stream()
                    .map(row -> new TokenSequence(Arrays.copyOf(row.tokens, row.tokens.length + 1), row.tokens.length))
                    .toList();
            float[] logits = model.logits(step, TokenBatch.of(sequences), null).toFloatArray(); // [rows, vocabulary]
            int vocabulary = logits.length / rows.size();
            for (int i = 0; i < rows.size(); i++) {
                rows.get(i).append(choice.of(Arrays.copyOfRange(logits, i * vocabulary, (i + 1) * vocabulary)));
            }
        }
    }

    private String text(Row row) {
        int end =
                row.tokens[row.tokens.length - 1] == SpecialToken.END.id() ? row.tokens.length - 1 : row.tokens.length;
        long[] ids =
                Arrays.stream(row.tokens, row.answerFrom, end).asLongStream().toArray();
        return tokenizer.decode(ids, false);
    }

    /** @param uniform from 0 to below 1: which part of the distribution is drawn */
    private static int drawn(float[] logits, double uniform) {
        double largest = logits[largest(logits)];
        double total = 0;
        for (float logit : logits) {
            total += Math.exp(logit - largest);
        }
        double left = uniform * total;
        for (int token = 0; token < logits.length; token++) {
            left -= Math.exp(logits[token] - largest);
            if (left < 0) {
                return token;
            }
        }
        return largest(logits); // rounding at the very end of the range
    }

    private static int largest(float[] logits) {
        int largest = 0;
        for (int token = 1; token < logits.length; token++) {
            largest = logits[token] > logits[largest] ? token : largest;
        }
        return largest;
    }
}
