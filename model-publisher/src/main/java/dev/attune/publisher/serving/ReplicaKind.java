package dev.attune.publisher.serving;

import dev.attune.publisher.http.JsonHttp;
import java.net.URI;
import java.nio.file.Path;

/** What serves, and so how it is spoken to. */
public enum ReplicaKind {
    /** vLLM, and whatever speaks its API. */
    VLLM(ProofLevel.PARITY, Answers.TOKENS),
    /** The quickstart's server on llama.cpp, which speaks vLLM's API. */
    LLAMA_CPP(ProofLevel.PARITY, Answers.TOKENS),
    /** SGLang with adapters. */
    SGLANG(ProofLevel.PARITY, Answers.TEXT),
    /** SGLang with whole weights, replaced from disk. */
    SGLANG_WEIGHTS(ProofLevel.PARITY, Answers.NONE),
    /** Ollama, with a model a version. */
    OLLAMA(ProofLevel.EFFECT, Answers.TEXT),
    /** A directory that others read. */
    DIRECTORY(ProofLevel.FILES, Answers.NONE);

    private final ProofLevel strongest;
    private final Answers answers;

    private enum Answers {
        NONE,
        TEXT,
        TOKENS
    }

    ReplicaKind(ProofLevel strongest, Answers answers) {
        this.strongest = strongest;
        this.answers = answers;
    }

    /** The strongest proof that can be had of it. */
    public ProofLevel strongest() {
        return strongest;
    }

    /** Whether it answers conversations under a version's name. */
    public boolean answers() {
        return answers != Answers.NONE;
    }

    /** Whether it tells the tokens of its answers, which the divergence to the base is computed of. */
    public boolean answersInTokens() {
        return answers == Answers.TOKENS;
    }

    /** Whether a load replaces what users are answered with, before anything is proven. */
    public boolean replacesWeights() {
        return this == SGLANG_WEIGHTS;
    }

    /** Whether it takes full weights in place of an adapter. */
    public boolean takesFullWeights() {
        return this == SGLANG_WEIGHTS || this == DIRECTORY;
    }

    Replica replica(ReplicaSettings settings, String baseModel, JsonHttp http) {
        return switch (this) {
            case VLLM, LLAMA_CPP -> new VllmReplica(settings, http);
            case SGLANG -> new SglangReplica(settings, http, baseModel);
            case SGLANG_WEIGHTS -> new SglangWeights(settings, http, baseModel);
            case OLLAMA -> new OllamaReplica(settings, http, baseModel);
            case DIRECTORY -> new DirectoryReplica(Path.of(URI.create(settings.url())));
        };
    }
}
