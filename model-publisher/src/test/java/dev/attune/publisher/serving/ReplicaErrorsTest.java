package dev.attune.publisher.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.publisher.http.JsonHttp.Answer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplicaErrorsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {"object":"error","message":"no","type":"X","code":400} | no
        {"error":{"message":"no","type":"X","code":400}}         | no
        {"error":"no"}                                           | no
        {"detail":"Not Found"}                                   | Not Found
        {"other":1}                                              | {"other":1}
        upstream connect error                                   | upstream connect error
        """)
    void findsTheMessageInEveryShape(String body, String message) {
        assertThat(ReplicaErrors.message(new Answer(400, body))).isEqualTo(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        400 | {"message":"The lora adapter 'x' has already been loaded."}            | true
        400 | {"error":{"message":"The lora adapter 'x' has already been loaded."}}  | true
        400 | {"message":"rank 128 is above max_lora_rank"}                           | false
        500 | {"message":"The lora adapter 'x' has already been loaded."}            | false
        """)
    void knowsADuplicateName(int status, String body, boolean duplicate) {
        assertThat(ReplicaErrors.isAlreadyLoaded(new Answer(status, body))).isEqualTo(duplicate);
    }
}
