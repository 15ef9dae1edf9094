package dev.attune.publisher.merge;

/** Base and adapter cannot be merged. The message names file and tensor, and is for the person who asked. */
public final class MergeException extends Exception {

    public MergeException(String message) {
        super(message);
    }
}
