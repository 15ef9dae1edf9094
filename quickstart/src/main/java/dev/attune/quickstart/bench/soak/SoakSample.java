package dev.attune.quickstart.bench.soak;

/**
 * The trainer after so many steps.
 *
 * @param seconds since its first step
 * @param heapAfterGc bytes in use on the Java heap after a full collection
 * @param resident bytes that the process occupies
 * @param outsideHeap bytes of that which are not Java heap: PyTorch, the JVM's own, threads, buffers
 * @param openFiles file descriptors
 * @param journal bytes of the batch journal
 * @param checkpoints bytes of the checkpoint folder
 */
record SoakSample(
        long step,
        double seconds,
        long heapAfterGc,
        long resident,
        long outsideHeap,
        long openFiles,
        long journal,
        long checkpoints) {}
