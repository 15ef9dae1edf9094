package dev.attune.quickstart.corpus;

/** A question with one answer to it. */
public record Dialogue(Question question, String answer) {}
