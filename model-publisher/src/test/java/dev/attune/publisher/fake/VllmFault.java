package dev.attune.publisher.fake;

import dev.attune.publisher.fake.FakeVllm.Effect;
import dev.attune.publisher.fake.FakeVllm.ErrorShape;
import java.time.Duration;

/** What is known to go wrong with vLLM replicas, each with its switch on the fake. */
public enum VllmFault {
    /**
     * vLLM until 2025 writes an error as {@code {"object": "error", "message": …}}: here a load that it will never take, for
     * the adapter's rank.
     */
    OLD_ERROR_SHAPE {
        @Override
        public void on(FakeVllm vllm) {
            vllm.writesErrors(ErrorShape.TOP_LEVEL).failsLoads(1, 400, "rank 64 is greater than 16");
        }
    },
    /** The same since then, as {@code {"error": {"message": …}}}. */
    NEW_ERROR_SHAPE {
        @Override
        public void on(FakeVllm vllm) {
            vllm.writesErrors(ErrorShape.NESTED).failsLoads(1, 400, "rank 64 is greater than 16");
        }
    },
    /** Every load ends in a 500, as where no memory is left on the accelerator. */
    FAILS_FOR_EVER {
        @Override
        public void on(FakeVllm vllm) {
            vllm.failsLoads(Integer.MAX_VALUE, 500, "CUDA out of memory");
        }
    },
    /** A load is answered 200 and the name is not known afterwards, as behind a balancer with several workers. */
    SUCCESS_WITHOUT_EFFECT {
        @Override
        public void on(FakeVllm vllm) {
            vllm.loadsWith(Effect.NONE);
        }
    },
    /** The name is known and answers as the base does, as where a module's weights are passed over. */
    NOT_APPLIED {
        @Override
        public void on(FakeVllm vllm) {
            vllm.loadsWith(Effect.BASE_ANSWERS);
        }
    },
    /** The new name answers with an adapter that was loaded before, as where slots are mixed up. */
    ANOTHER_ADAPTER_ANSWERS {
        @Override
        public void on(FakeVllm vllm) {
            vllm.loadsWith(Effect.FIRST_ADAPTER_ANSWERS);
        }
    },
    /** Every answer says that another model gave it, as behind a proxy that sends all names to one. */
    ANSWERS_UNDER_ANOTHER_NAME {
        @Override
        public void on(FakeVllm vllm) {
            vllm.answersAs(FakeVllm.BASE);
        }
    },
    /** With more adapters than it has room for, the oldest is gone, and its name with it; nobody is told. */
    SILENT_EVICTION {
        @Override
        public void on(FakeVllm vllm) {
            vllm.evictsSilently(1);
        }
    },
    /** It takes connections and answers nothing, as with a stuck engine. */
    HANGS {
        @Override
        public void on(FakeVllm vllm) {
            vllm.answersAfter(Duration.ofMinutes(1));
        }
    },
    /** Every load makes it start anew, without any adapter: what was loaded at run time is kept nowhere. */
    RESTARTS_AGAIN_AND_AGAIN {
        @Override
        public void on(FakeVllm vllm) {
            vllm.restartsAfterLoads(Integer.MAX_VALUE);
        }
    },
    /** An adapter stands in the list of models only once it was asked. */
    LISTED_AFTER_FIRST_USE {
        @Override
        public void on(FakeVllm vllm) {
            vllm.listsOnlyWhatWasUsed();
        }
    },
    /** The files come to the replica's mount after they were written: a 404 that passes. */
    MOUNT_LAG {
        @Override
        public void on(FakeVllm vllm) {
            vllm.seesFilesLate(3);
        }
    },
    /** The same with the new shape of errors. */
    MOUNT_LAG_IN_THE_NEW_SHAPE {
        @Override
        public void on(FakeVllm vllm) {
            vllm.writesErrors(ErrorShape.NESTED).seesFilesLate(3);
        }
    },
    /** Some connections end without an answer. */
    CONNECTIONS_DROP {
        @Override
        public void on(FakeVllm vllm) {
            vllm.dropsConnections(2);
        }
    },
    /** After a load it starts anew, once, without any adapter. */
    RESTARTS_AND_FORGETS {
        @Override
        public void on(FakeVllm vllm) {
            vllm.restartsAfterLoads(1);
        }
    };

    /** From now on the replica has it. */
    public abstract void on(FakeVllm vllm);
}
