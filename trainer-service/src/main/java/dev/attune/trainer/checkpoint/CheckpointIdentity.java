package dev.attune.trainer.checkpoint;

import dev.attune.artifacts.ArtifactKind;
import dev.attune.artifacts.CheckpointManifest;

/**
 * What all checkpoints of a trainer have in common.
 *
 * @param tenant whose event a checkpoint is
 * @param base the base model
 * @param configDigest SHA-256 of the settings that decide what is learned, 64 hexadecimal digits
 * @param inputTopic the topic that the trainer reads
 * @param kind what learns, and what a checkpoint therefore holds
 */
public record CheckpointIdentity(
        String modelId,
        String tenant,
        CheckpointManifest.Base base,
        String configDigest,
        String inputTopic,
        ArtifactKind kind) {}
