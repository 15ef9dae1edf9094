package dev.attune.publisher.store.s3;

import dev.attune.kit.Checks;
import dev.attune.kit.Setting;

/** What a bucket's owner gave; take both from the environment: {@code ${NAME}}. */
public record S3Credentials(
        @Setting("Access key id.") String accessKeyId,

        @Setting("Secret access key.") String secretAccessKey) {

    public S3Credentials {
        Checks.notBlank("accessKeyId", accessKeyId);
        Checks.notBlank("secretAccessKey", secretAccessKey);
    }

    /** Configurations are logged. */
    @Override
    public String toString() {
        return "S3Credentials[" + accessKeyId + "]";
    }
}
