package dev.attune.trainer.batch;

/** Reads the records of a topic that a trainer can learn from. */
@FunctionalInterface
public interface PreferenceReader {

    /** @throws dev.attune.schemas.UnreadableRecordException where the bytes are no such record */
    Preference read(SourceRecord source);
}
