package dev.attune.quickstart.demo;

import java.io.IOException;

/** Reads from the trainer's metrics how many steps it has taken, checkpoints aside. */
final class TrainerSteps {
    private static final String METRIC = "attune_trainer_step{";

    private TrainerSteps() {}

    static long read(JsonHttp http, String trainerUrl) {
        try {
            return http.get(trainerUrl + "/metrics")
                    .lines()
                    .filter(line -> line.startsWith(METRIC))
                    .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                    .mapToLong(value -> Math.round(Double.parseDouble(value)))
                    .sum();
        } catch (IOException e) {
            // Only a progress line lacks a number; whether the trainer lives is asked elsewhere.
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }
}
