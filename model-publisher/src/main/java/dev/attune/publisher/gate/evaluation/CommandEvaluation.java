package dev.attune.publisher.gate.evaluation;

import dev.attune.publisher.http.CallException;
import dev.attune.publisher.http.CallException.Fault;
import dev.attune.publisher.http.StopSignal;
import dev.attune.publisher.http.StoppedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Runs a program and waits for its exit code. Nothing that it started is left running, however it ended. */
final class CommandEvaluation implements Evaluation {

    /** What a program needs to run at all; the rest of the publisher's environment is not its business. */
    private static final List<String> PASSED_ON = List.of("PATH", "HOME", "LANG", "TZ", "TMPDIR");

    private static final Duration LOOK_EVERY = Duration.ofMillis(50);
    private static final int MAX_LINE_BYTES = 4096;
    private static final int CHUNK_BYTES = 1 << 16;
    private static final int MAX_CHUNKS = 64;

    private final CommandSettings settings;
    private final StopSignal stop;

    CommandEvaluation(CommandSettings settings, StopSignal stop) {
        this.settings = settings;
        this.stop = stop;
    }

    @Override
    public String name() {
        return "the evaluation '" + settings.argv().getFirst() + "'";
    }

    @Override
    public Verdict judge(EvaluationSubject subject) throws CallException {
        String mark = UUID.randomUUID().toString();
        Process process = start(subject, mark);
        ProcessTree tree = new ProcessTree(process, ProcessTree.MARK + "=" + mark);
        FirstLine line = new FirstLine(process.getInputStream());
        try {
            // It has nothing to read, and is not to wait for that.
            process.getOutputStream().close();
            int exitCode = await(process, tree, line);
            line.readWhatIsThere();
            return new Verdict(exitCode == 0, line.textOr("exit code " + exitCode + ", and it printed nothing"));
        } catch (IOException e) {
            throw new CallException(Fault.UNAVAILABLE, "its output could not be read: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException();
        } finally {
            tree.kill();
        }
    }

    private Process start(EvaluationSubject subject, String mark) throws CallException {
        ProcessBuilder builder = new ProcessBuilder(settings.argv());
        // What it says beside its reason goes where the publisher's own log goes.
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        Map<String, String> environment = builder.environment();
        environment.keySet().retainAll(PASSED_ON);
        environment.putAll(settings.environment());
        environment.put("ATTUNE_TENANT", subject.tenant());
        environment.put("ATTUNE_MODEL_ID", subject.modelId());
        environment.put("ATTUNE_VERSION", subject.version());
        environment.put("ATTUNE_SERVED_NAME", subject.servedName());
        environment.put("ATTUNE_REPLICA_URL", subject.replicaUrls().getFirst());
        environment.put("ATTUNE_REPLICA_URLS", String.join(",", subject.replicaUrls()));
        environment.put("ATTUNE_ARTIFACT_PATH", subject.artifactPath());
        environment.put(ProcessTree.MARK, mark);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new CallException(Fault.REFUSED, "it cannot be started: " + e.getMessage(), e);
        }
    }

    private int await(Process process, ProcessTree tree, FirstLine line)
            throws CallException, IOException, InterruptedException {
        long begun = System.nanoTime();
        while (!process.waitFor(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
            stop.check();
            // Read now: a program whose output nobody takes stands still.
            line.readWhatIsThere();
            tree.look();
            if (System.nanoTime() - begun > settings.timeout().toNanos()) {
                throw new CallException(
                        Fault.UNAVAILABLE, "not within " + settings.timeout().toSeconds() + " s; it was killed");
            }
        }
        return process.exitValue();
    }

    /** The first line of what a program prints. Never waits: a child that outlives its parent may keep the pipe open. */
    private static final class FirstLine {
        private final InputStream output;
        private final byte[] line = new byte[MAX_LINE_BYTES];
        private int length;
        private boolean complete;

        FirstLine(InputStream output) {
            this.output = output;
        }

        void readWhatIsThere() throws IOException {
            byte[] chunk = new byte[CHUNK_BYTES];
            // With an end: who prints without one must not be listened to past the timeout.
            for (int i = 0; i < MAX_CHUNKS && output.available() > 0; i++) {
                int read = output.read(chunk, 0, Math.min(output.available(), chunk.length));
                take(chunk, read);
            }
        }

        private void take(byte[] chunk, int read) {
            for (int i = 0; i < read && !complete; i++) {
                complete = chunk[i] == '\n' || length == MAX_LINE_BYTES;
                if (!complete) {
                    line[length++] = chunk[i];
                }
            }
        }

        String textOr(String nothing) {
            String text = new String(line, 0, length, StandardCharsets.UTF_8);
            return text.isBlank() ? nothing : text;
        }
    }
}
