package dev.attune.ingest.gateway.openapi;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The OpenAPI document, written by hand as {@code openapi.yaml}; a test holds it against the running server. */
final class ApiDocument {
    private static final String RESOURCE = "/dev/attune/ingest/gateway/openapi/openapi.yaml";

    private final Asset yaml = Asset.of(RESOURCE, "application/yaml");
    private final Asset json = new Asset(toJson(yaml.bytes()), "application/json");

    Asset yaml() {
        return yaml;
    }

    Asset json() {
        return json;
    }

    private static byte[] toJson(byte[] yaml) {
        try {
            return new ObjectMapper().writeValueAsBytes(new YAMLMapper().readTree(yaml));
        } catch (IOException e) {
            throw new UncheckedIOException(RESOURCE + " is no YAML", e);
        }
    }
}
