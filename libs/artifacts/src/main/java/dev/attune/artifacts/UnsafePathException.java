package dev.attune.artifacts;

/** A file's name in a checkpoint that may lead outside of it, or that not every system keeps apart from others. */
public final class UnsafePathException extends IllegalArgumentException {

    public UnsafePathException(String message) {
        super(message);
    }
}
