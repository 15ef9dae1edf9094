package dev.attune.ingest.pairing;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what it costs to bring a state store up to date: nothing after an orderly restart, all of it after a lost disk. */
final class Restoration implements StateRestoreListener {
    private static final Logger LOG = LoggerFactory.getLogger(Restoration.class);

    private final PairingMetrics metrics;

    Restoration(PairingMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void onRestoreStart(TopicPartition partition, String store, long startOffset, long endOffset) {
        LOG.debug("restoring {} from {} at {} to {}", store, partition, startOffset, endOffset);
    }

    @Override
    public void onBatchRestored(TopicPartition partition, String store, long batchEndOffset, long records) {
        metrics.restored(records);
    }

    @Override
    public void onRestoreEnd(TopicPartition partition, String store, long records) {
        if (records > 0) {
            LOG.info("restored {} records of {} into {}", records, partition, store);
        }
    }
}
