package dev.attune.quickstart.serving.llamacpp;

/** llama.cpp cannot be loaded here, or refused a file or a call; the message names the reason and, where there is one, the remedy. */
public final class LlamaCppException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LlamaCppException(String message) {
        super(message);
    }

    public LlamaCppException(String message, Throwable cause) {
        super(message, cause);
    }
}
