package dev.attune.quickstart.demo;

/**
 * What serving answers with.
 *
 * @param name the model name in requests
 * @param version the weights behind it; {@code base} before the first release
 */
record ServedModel(String name, String version) {}
