package dev.attune.ingest.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.embedded.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A user's mistakes: one message with file, row, line and field, exit code 2, and nothing is sent. */
class ReplayMistakesTest {
    private static final String PANDALM = """
            [{"instruction": "Say hi", "input": "", "response1": "Hi", "response2": "Ho", "cmp_key": "m1_m2",
              "annotator1": 1, "annotator2": 0, "annotator3": 2},
             {"instruction": "Say ho", "input": "", "response1": "Hi", "response2": "Ho", "cmp_key": "m1_m2",
              "annotator1": 1, "annotator2": 1, "annotator3": 1}]""";
    private static final String FINEGRAINED = """
            [{"question": "Why?", "passages": [["Title", "Because."]], "prediction 1": "a", "prediction 2": "b",
              "prediction 3": "c", "prediction 4": "d", "preference": [0, 1, 2, 1, 0, 2]}]""";
    private static final String JSONL = """
            {"prompt": "Hi", "completions": [{"id": "a", "text": ""}, {"id": "b", "text": ""}], "feedback": []}
            {"prompt": "Hi", "completions": [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}], \
            "feedback": [{"user": "u1", "kind": "thumb", "completion": "a", "thumb": "up"}, \
            {"user": "u1", "kind": "pick", "chosen": "a", "rejected": "b"}]}""";

    @TempDir
    Path folder;

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"Ho\", \"cmp_key\" | 17, \"cmp_key\" | row 1 (line 1), field response2: must be a string, but is 17",
                "\"annotator3\": 1 | \"annotator3\": 3 | row 2 (line 3), field annotator3: must be 1 or 2 for the better response or 0 for a tie, but is 3",
                "\"annotator3\": 1 | \"annotator3\": \"1\" | row 2 (line 3), field annotator3: must be 1 or 2 for the better response or 0 for a tie, but is '1'",
                "\"instruction\": \"Say ho\", | `` | row 2 (line 3), field instruction: is missing",
                "m1_m2 | m1 | row 1 (line 1), field cmp_key: must be two model names",
                "\"annotator1\": 1, \"annotator2\": 1, | , | line 4: is no JSON:",
                "[{ | [17, { | row 1 (line 1): must be a JSON object",
            })
    void inPandaLm(String part, String replacement, String message) throws Exception {
        assertMistake("pandalm", PANDALM.replace(part, replacement), message);
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1, 0, 2] | 1, 0] | row 1 (line 1), field preference: must have 6 entries, but has 5",
                "1, 0, 2] | 1, 0, 9] | row 1 (line 1), field preference[5]: must be 1 or 2 for the better prediction or 0 for a tie, but is 9",
                "[[\"Title\", \"Because.\"]] | [\"Title\"] | row 1 (line 1), field passages[0]: must be a list of strings, but is 'Title'",
                "\"prediction 3\" | \"prediction3\" | row 1 (line 1), field prediction 3: is missing",
            })
    void inFineGrained(String part, String replacement, String message) throws Exception {
        assertMistake("finegrained", FINEGRAINED.replace(part, replacement), message);
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"prompt\": \"Hi\", | `` | row 1 (line 1), field prompt: is missing: give prompt or messages",
                "\"thumb\": \"up\" | \"thumb\": \"high\" | row 2 (line 2), field feedback[0].thumb: must be one of up, down, cleared, but is 'high'",
                "\"completion\": \"a\" | \"completion\": \"c\" | row 2 (line 2), field feedback[0].completion: 'c' is not the id of one of this row's completions",
                "\"kind\": \"pick\" | \"kind\": \"like\" | row 2 (line 2), field feedback[1].kind: must be one of thumb, pick, but is 'like'",
                "\"rejected\": \"b\" | \"rejected\": \"b\", \"score\": 1 | row 2 (line 2), field feedback[1].score: is not known here; known are: chosen",
                "{\"id\": \"b\", \"text\": \"B\"} | {\"id\": \"a\", \"text\": \"B\"} | row 2 (line 2), field completions[1].id: 'a' is there twice in this row",
                "\"text\": \"B\" | \"text\": null | row 2 (line 2), field completions[1].text: is missing",
            })
    void inOurOwnForm(String part, String replacement, String message) throws Exception {
        assertMistake("jsonl", JSONL.replace(part, replacement), message);
    }

    @Test
    void anEmptyOrAbsentFile() throws Exception {
        assertMistake("jsonl", "\n", "has no rows");
        assertThat(run("jsonl", folder.resolve("absent.jsonl"), "http://127.0.0.1:1")
                        .err())
                .contains("is no file");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--concurrency | 0 | --concurrency: must be from 1 to 256, but is 0",
                "--limit | 0 | --limit: must be at least 1, but is 0",
                "--patience | 0 | --patience: must be from 1 to 3600, but is 0",
                "--gateway | localhost:8080 | --gateway: must be http://HOST:PORT",
                "--format | csv | expected one of [PANDALM, FINEGRAINED, JSONL]",
            })
    void aWrongOption(String option, String value, String message) throws Exception {
        Path file = Files.writeString(folder.resolve("data"), JSONL);
        Map<String, String> options = new LinkedHashMap<>(Map.of(
                "--format", "jsonl", "--file", file.toString(), "--gateway", "http://127.0.0.1:1", "--api-key", "k"));
        options.put(option, value);

        ReplayRunner.Result result = ReplayRunner.run(options.entrySet().stream()
                .flatMap(one -> Stream.of(one.getKey(), one.getValue()))
                .toArray(String[]::new));

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains(message).doesNotContain("\tat ");
    }

    @Test
    void aGatewayThatIsNotThere() throws Exception {
        Path file = Files.writeString(folder.resolve("data"), JSONL);
        String gateway = "http://127.0.0.1:" + FreePorts.one();

        ReplayRunner.Result result = run("jsonl", file, gateway);

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .contains("the gateway at " + gateway + " took no event for 1 s: no connection (ConnectException)")
                .contains("run it again: what was stored counts once");
    }

    private void assertMistake(String format, String text, String message) throws IOException {
        Path file = Files.writeString(folder.resolve("data"), text);

        // A gateway is not asked: the address leads nowhere.
        ReplayRunner.Result result = run(format, file, "http://127.0.0.1:1");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains(file.toString()).contains(message).doesNotContain("\tat ");
        assertThat(result.err().lines()).hasSize(1);
    }

    private static ReplayRunner.Result run(String format, Path file, String gateway) {
        return ReplayRunner.run(
                "--format",
                format,
                "--file",
                file.toString(),
                "--gateway",
                gateway,
                "--api-key",
                "k",
                "--patience",
                "1");
    }
}
