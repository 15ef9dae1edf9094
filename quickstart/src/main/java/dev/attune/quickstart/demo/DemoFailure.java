package dev.attune.quickstart.demo;

import java.io.IOException;

/** A part of the demo failed; the message is for the user. */
final class DemoFailure extends IOException {
    DemoFailure(String message) {
        super(message);
    }
}
