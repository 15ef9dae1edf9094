package dev.attune.trainer.batch;

/** A record that can never be trained, now or later. */
final class UnusableExampleException extends Exception {
    private final DeadLetterReason reason;

    /** @param detail a sentence without the user's words */
    UnusableExampleException(DeadLetterReason reason, String detail) {
        super(detail);
        this.reason = reason;
    }

    DeadLetterReason reason() {
        return reason;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
