package dev.attune.publisher.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.publisher.store.BrokenOffObject.Answer;
import dev.attune.publisher.store.s3.S3Bucket;
import dev.attune.publisher.store.s3.S3Credentials;
import dev.attune.publisher.store.s3.S3Settings;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Large objects from a service whose answers end in the middle. */
class S3ResumptionTest {

    private static final byte[] CONTENT = new byte[1 << 20];

    static {
        new Random(1).nextBytes(CONTENT);
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.INCLUDE,
            names = {"BREAKS_OFF", "STALLS"})
    void whatEndsInTheMiddleIsResumedFromWhereItStood(Answer fault) throws IOException {
        try (BrokenOffObject object = new BrokenOffObject(CONTENT, fault, fault, Answer.WHOLE)) {
            assertThat(read(object)).isEqualTo(CONTENT);

            assertThat(object.asked())
                    .containsExactly(
                            "all of any",
                            "bytes=%d- of \"one\"".formatted(CONTENT.length / 2),
                            "bytes=%d- of \"one\"".formatted(CONTENT.length * 3 / 4));
        }
    }

    @Test
    void itIsNotResumedForEver() throws IOException {
        try (BrokenOffObject object = new BrokenOffObject(CONTENT, Answer.BREAKS_OFF)) {
            assertThatThrownBy(() -> read(object))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("blobs/x in s3://attune/releases")
                    .hasMessageContaining("broke off 6 times, the last time after ");

            assertThat(object.asked()).hasSize(6);
        }
    }

    @Test
    void theRestOfAnotherObjectIsNotTaken() throws IOException {
        try (BrokenOffObject object = new BrokenOffObject(CONTENT, Answer.BREAKS_OFF, Answer.REPLACED)) {
            assertThatThrownBy(() -> read(object))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cannot read blobs/x")
                    .hasMessageContaining("412");
        }
    }

    @Test
    void aServiceThatTakesNoNoticeOfTheRangeIsNotBelieved() throws IOException {
        try (BrokenOffObject object = new BrokenOffObject(CONTENT, Answer.BREAKS_OFF, Answer.FROM_THE_BEGINNING)) {
            assertThatThrownBy(() -> read(object))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("gave all of it");
        }
    }

    private static byte[] read(BrokenOffObject object) throws IOException {
        S3Settings settings = new S3Settings(
                "attune",
                "releases",
                object.url(),
                "us-east-1",
                true,
                new S3Credentials("key", "secret"),
                5,
                Duration.ofSeconds(1));
        try (S3Bucket bucket = new S3Bucket(settings);
                InputStream in = bucket.open("blobs/x")) {
            return in.readAllBytes();
        }
    }
}
