package dev.attune.ingest.replay;

/** Makes a turn of a dataset's row. */
interface TurnReader {
    /**
     * @param number the row's number, from 1
     * @param turnId the turn's id where the row itself gives none
     * @throws dev.attune.kit.ConfigException naming row and field of what cannot be used
     */
    Turn read(Row row, long number, String turnId);
}
