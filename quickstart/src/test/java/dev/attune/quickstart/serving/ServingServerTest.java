package dev.attune.quickstart.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.attune.quickstart.serving.ServingClient.Answer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The HTTP API, over HTTP, on a random model. */
@SuppressWarnings("NullAway.Init")
class ServingServerTest {
    private static final int[] TOKENS = {269, 104, 101, 108, 108, 111, 270, 258, 97, 98, 271};

    @TempDir
    private static Path folder;

    private static ServingServer server;
    private static ServingClient client;
    private static Path adapter;

    @BeforeAll
    static void start() throws Exception {
        Path model = TinyModel.write(folder.resolve("tiny"), 1);
        adapter = TinyModel.writeAdapter(folder.resolve("adapter"), 4, 2);
        server = ServingServer.start(ServingConfig.of(model));
        client = new ServingClient(server.url());
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    @Test
    void givenARunningServerWhenAskedThenItIsHealthyAndListsTheBase() {
        assertThat(client.get("/health").status()).isEqualTo(200);
        assertThat(client.get("/version").json().get("version").asText()).contains("llama.cpp");

        JsonNode models = client.get("/v1/models").json();

        assertThat(models.get("object").asText()).isEqualTo("list");
        JsonNode base = models.at("/data/0");
        assertThat(base.get("id").asText()).isEqualTo("tiny");
        assertThat(base.get("object").asText()).isEqualTo("model");
        assertThat(base.get("parent").isNull()).isTrue();
        assertThat(base.get("max_model_len").asInt()).isEqualTo(TinyModel.POSITIONS);
    }

    @Test
    void givenAnAdapterWhenLoadedAndUnloadedThenItChangesLogprobsAndTheBaseComesBack() {
        List<Double> before = client.promptLogprobs("tiny", TOKENS);

        Answer loaded = client.load("cycle", adapter);
        List<Double> adapted = client.promptLogprobs("cycle", TOKENS);
        List<Double> beside = client.promptLogprobs("tiny", TOKENS);
        JsonNode models = client.get("/v1/models").json();
        Answer unloaded = client.unload("cycle");

        assertThat(loaded.status()).isEqualTo(200);
        assertThat(loaded.contentType()).startsWith("text/plain");
        assertThat(loaded.body()).isEqualTo("Success: LoRA adapter 'cycle' added successfully.");
        assertThat(models.at("/data/1/id").asText()).isEqualTo("cycle");
        assertThat(models.at("/data/1/parent").asText()).isEqualTo("tiny");
        assertThat(models.at("/data/1/root").asText()).isEqualTo(adapter.toString());
        assertThat(unloaded.body()).isEqualTo("Success: LoRA adapter 'cycle' removed successfully.");
        assertThat(beside).isEqualTo(before);
        for (int i = 0; i < before.size(); i++) {
            assertThat(Math.abs(adapted.get(i) - before.get(i))).isGreaterThan(1e-3);
        }
        assertThat(client.promptLogprobs("tiny", TOKENS)).isEqualTo(before);
        assertThat(client.complete("{\"model\":\"cycle\",\"prompt\":\"a\"}").status())
                .isEqualTo(404);
    }

    @Test
    void givenTemperatureZeroWhenGeneratedThenEachTokenIsTheLikeliest() {
        JsonNode answer = client.complete("""
                        {"model":"tiny","prompt":"hello","max_tokens":20,"temperature":0,"logprobs":3,
                         "return_token_ids":true,"ignore_eos":true}""").json();

        JsonNode logprobs = answer.at("/choices/0/logprobs");
        assertThat(logprobs.get("tokens")).hasSize(20);
        assertThat(answer.at("/choices/0/token_ids")).hasSize(20);
        assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("length");
        for (int i = 0; i < 20; i++) {
            double best = Double.NEGATIVE_INFINITY;
            for (JsonNode candidate : logprobs.get("top_logprobs").get(i)) {
                best = Math.max(best, candidate.asDouble());
            }
            assertThat(logprobs.get("token_logprobs").get(i).asDouble()).isEqualTo(best);
        }
        assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(2); // "hell" and "o"
        assertThat(answer.at("/usage/completion_tokens").asInt()).isEqualTo(20);
        assertThat(answer.at("/usage/total_tokens").asInt()).isEqualTo(22);
    }

    @Test
    void givenASeedWhenAskedTwiceThenTheSameDifferentAnswersComeBack() {
        String request =
                "{\"model\":\"tiny\",\"prompt\":\"the\",\"max_tokens\":12,\"n\":20,\"seed\":7,\"temperature\":1.0}";

        JsonNode first = client.complete(request).json().get("choices");
        JsonNode second = client.complete(request).json().get("choices");

        assertThat(first).hasSize(20).isEqualTo(second);
        assertThat(first.findValuesAsText("text").stream().distinct().count()).isGreaterThan(15);
    }

    @Test
    void givenAGeneratedTextWhenScoredAsAPromptThenTheLogprobsAgree() {
        JsonNode choice = client.complete("""
                        {"model":"tiny","prompt":[104,105],"max_tokens":15,"seed":3,"logprobs":0,"ignore_eos":true,
                         "return_token_ids":true}""").json().at("/choices/0");
        int[] all = new int[17];
        all[0] = 104;
        all[1] = 105;
        for (int i = 0; i < 15; i++) {
            all[i + 2] = choice.get("token_ids").get(i).asInt();
        }

        List<Double> scored = client.promptLogprobs("tiny", all);

        for (int i = 0; i < 15; i++) {
            double generated = choice.at("/logprobs/token_logprobs").get(i).asDouble();
            assertThat(scored.get(i + 1)).isCloseTo(generated, within(2e-4));
        }
    }

    @Test
    void givenEchoWhenCompletedThenPromptAndItsLogprobsComeFirst() {
        JsonNode choice = client.complete(
                        "{\"model\":\"tiny\",\"prompt\":\"hello the\",\"max_tokens\":0,\"echo\":true,\"logprobs\":0}")
                .json()
                .at("/choices/0");

        assertThat(choice.get("text").asText()).isEqualTo("hello the");
        JsonNode logprobs = choice.get("logprobs");
        assertThat(logprobs.get("tokens").toString()).isEqualTo("[\"hell\",\"o\",\" the\"]");
        assertThat(logprobs.get("text_offset").toString()).isEqualTo("[0,4,5]");
        assertThat(logprobs.get("token_logprobs").get(0).isNull()).isTrue();
        assertThat(logprobs.get("token_logprobs").get(1).asDouble()).isNegative();
    }

    @Test
    void givenAStopTextWhenItOccursThenTheTextEndsBeforeIt() {
        String base = "{\"model\":\"tiny\",\"prompt\":\"x\",\"max_tokens\":30,\"temperature\":0,\"ignore_eos\":true";
        String whole = client.complete(base + "}").json().at("/choices/0/text").asText();
        String stop = whole.substring(whole.offsetByCodePoints(0, 4), whole.offsetByCodePoints(0, 6));

        JsonNode choice = client.complete(
                        base + ",\"stop\":" + ServingClient.JSON.valueToTree(List.of("zzzz", stop)) + "}")
                .json()
                .at("/choices/0");

        assertThat(choice.get("text").asText()).isEqualTo(whole.substring(0, whole.indexOf(stop)));
        assertThat(choice.get("finish_reason").asText()).isEqualTo("stop");
        assertThat(choice.get("stop_reason").asText()).isEqualTo(stop);
    }

    @Test
    void givenMessagesWhenChattingThenTheTemplateIsAppliedAndTheShapeIsOpenAis() {
        Answer answer = client.post("/v1/chat/completions", """
                {"model":"tiny","messages":[{"role":"user","content":"hello"}],"max_tokens":5,"temperature":0,"n":2,
                 "logprobs":true,"top_logprobs":2,"return_token_ids":true}""");

        assertThat(answer.status()).isEqualTo(200);
        JsonNode json = answer.json();
        assertThat(json.get("object").asText()).isEqualTo("chat.completion");
        // <|user|>, "hell", "o", <|assistant|>
        assertThat(json.get("prompt_token_ids").toString()).isEqualTo("[269,263,111,270]");
        assertThat(json.get("choices")).hasSize(2);
        assertThat(json.at("/choices/1/message/role").asText()).isEqualTo("assistant");
        assertThat(json.at("/choices/1/message/content").isTextual()).isTrue();
        JsonNode token = json.at("/choices/0/logprobs/content/0");
        assertThat(token.get("top_logprobs")).hasSize(2);
        assertThat(token.get("logprob").asDouble())
                .isEqualTo(token.at("/top_logprobs/0/logprob").asDouble());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "/v1/completions | {\"model\":\"nope\",\"prompt\":\"a\"} | 404 | NotFoundError | The model `nope` does not exist.",
                "/v1/completions | {\"prompt\":\"a\"} | 400 | BadRequestError | model is missing",
                "/v1/completions | {\"model\":\"tiny\"} | 400 | BadRequestError | prompt is missing",
                "/v1/completions | {\"model\":\"tiny\",\"prompt\":[]} | 400 | BadRequestError | the prompt is empty",
                "/v1/completions | {\"model\":\"tiny\",\"prompt\":[272]} | 400 | BadRequestError | Token id 272 is out of vocabulary",
                "/v1/completions | {\"model\":\"tiny\",\"prompt\":[-1]} | 400 | BadRequestError | Token id -1 is out of vocabulary",
                "/v1/completions | {\"model\":\"tiny\",\"prompt\":[1.5]} | 400 | BadRequestError | prompt[0] must be a token id",
                "/v1/completions | {\"model\":\"tiny\",\"prompt\":{}} | 400 | BadRequestError | prompt must be a string or a list",
                "/v1/completions | {\"model\":\"tiny\",\"prompt\":\"a\",\"max_tokens\":128} | 400 | BadRequestError | is too large: 128",
                "/v1/completions | {\"model\":\"tiny\",\"prompt\":\"a\",\"max_tokens\":0} | 400 | BadRequestError | max_tokens must be from 1",
                "/v1/completions | {\"model\":\"tiny\",\"prompt\":\"a\",\"temperature\":-1} | 400 | BadRequestError | temperature must be from 0",
                "/v1/completions | {\"model\":\"tiny\",\"prompt\":\"a\",\"top_p\":0} | 400 | BadRequestError | top_p must be in",
                "/v1/completions | {\"model\":\"tiny\",\"prompt\":\"a\",\"n\":0} | 400 | BadRequestError | n must be from 1",
                "/v1/completions | {\"model\":\"tiny\",\"prompt\":\"a\",\"logprobs\":21} | 400 | BadRequestError | logprobs must be from 0 to 20",
                "/v1/completions | {\"model\":\"tiny\",\"prompt\":\"a\",\"stream\":true} | 400 | BadRequestError | stream is not supported",
                "/v1/completions | {\"model\":\"tiny\",\"prompt\":\"a\" | 400 | BadRequestError | not valid JSON",
                "/v1/completions | [] | 400 | BadRequestError | must be a JSON object",
                "/v1/chat/completions | {\"model\":\"tiny\"} | 400 | BadRequestError | messages is missing",
                "/v1/chat/completions | {\"model\":\"tiny\",\"messages\":[{\"content\":\"a\"}]} | 400 | BadRequestError | messages[0].role",
                "/v1/load_lora_adapter | {\"lora_name\":\"x\"} | 400 | InvalidUserInput | Both 'lora_name' and 'lora_path' must be provided.",
                "/v1/load_lora_adapter | {\"lora_name\":\"x\",\"lora_path\":\"/nowhere\"} | 404 | NotFoundError | No adapter found",
                "/v1/load_lora_adapter | {\"lora_name\":\"tiny\",\"lora_path\":\"/\"} | 400 | InvalidUserInput | has already been loaded",
                "/v1/load_lora_adapter | {\"lora_name\":\"x\",\"lora_path\":\"/\"} | 400 | BadRequestError | adapter_config.json",
                "/v1/unload_lora_adapter | {} | 400 | InvalidUserInput | 'lora_name' needs to be provided",
                "/v1/unload_lora_adapter | {\"lora_name\":\"x\"} | 404 | NotFoundError | The lora adapter 'x' cannot be found.",
                "/v1/nothing | {} | 404 | NotFoundError | there is no POST /v1/nothing",
            })
    void givenABadRequestWhenSentThenStatusTypeAndMessageSayWhatIsWrong(
            String path, String body, int status, String type, String message) {
        Answer answer = client.post(path, body);

        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.json().at("/error/type").asText()).isEqualTo(type);
        assertThat(answer.json().at("/error/code").asInt()).isEqualTo(status);
        assertThat(answer.error()).contains(message);
    }

    @Test
    void givenTooLongAPromptWhenSentThenItIsRefused() {
        Answer answer = client.complete("{\"model\":\"tiny\",\"prompt\":\"" + "z".repeat(200) + "\"}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error())
                .contains("maximum context length is 128 tokens", "your request has 200 input tokens");
    }

    @Test
    void givenALoadedNameWhenLoadedAgainThenItIsRefusedAsInVllm() {
        client.load("twice", adapter);

        Answer second = client.load("twice", adapter);

        assertThat(second.status()).isEqualTo(400);
        assertThat(second.json().at("/error/type").asText()).isEqualTo("InvalidUserInput");
        assertThat(second.error()).isEqualTo("The lora adapter 'twice' has already been loaded.");
        assertThat(client.unload("twice").status()).isEqualTo(200);
    }

    @Test
    void givenTooHighARankWhenLoadedThenTheMessageNamesIt() throws Exception {
        Path high = TinyModel.writeAdapter(folder.resolve("rank17"), 17, 3);

        Answer answer = client.load("high", high);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error()).contains("LoRA rank 17 is greater than max_lora_rank 16");
    }
}
