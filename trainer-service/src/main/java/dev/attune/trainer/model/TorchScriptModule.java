package dev.attune.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.TorchScriptCall;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A loaded TorchScript program without state of its own. Belongs to the manager that it was loaded into. */
public final class TorchScriptModule {
    private final PtSymbolBlock block;

    private TorchScriptModule(PtSymbolBlock block) {
        this.block = block;
    }

    /**
     * Compiles a program; see {@link TorchScriptArchive#of} for what the two texts are.
     *
     * @throws ai.djl.engine.EngineException with PyTorch's message and source position, when the source is wrong
     */
    public static TorchScriptModule compile(NDManager manager, String functions, String methods) {
        byte[] archive = TorchScriptArchive.of(functions, methods);
        boolean mapLocation = false;
        boolean hasSize = false;
        try (ByteArrayInputStream in = new ByteArrayInputStream(archive)) {
            return new TorchScriptModule(JniUtils.loadModule((PtNDManager) manager, in, mapLocation, hasSize));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Runs a method under the thread's gradient mode.
     *
     * @param results manager that the returned arrays attach to: a step's own, or they outlive the step
     * @param arguments {@link NDArray} (Tensor), {@link NDList} (List[Tensor]), {@link Long} (int) or {@link Double}
     *     (float)
     */
    public NDList call(NDManager results, String method, Object... arguments) {
        // Shapes vary from batch to batch: the profiling executor would compile again and again. The switch is per
        // thread.
        JniUtils.setGraphExecutorOptimize(false);
        IValue[] values = new IValue[arguments.length];
        try {
            for (int i = 0; i < arguments.length; i++) {
                values[i] = valueOf(arguments[i]);
            }
            try (IValue result = TorchScriptCall.invoke(block, method, values)) {
                return result.toNDList((PtNDManager) results);
            }
        } finally {
            for (IValue value : values) {
                if (value != null) {
                    value.close();
                }
            }
        }
    }

    private static IValue valueOf(Object argument) {
        return switch (argument) {
            case PtNDArray array -> IValue.from(array);
            case NDList list -> IValue.listFrom(list.toArray(new PtNDArray[0]));
            case Long number -> IValue.from(number.longValue());
            case Double number -> IValue.from(number.doubleValue());
            default ->
                throw new IllegalArgumentException(
                        "cannot pass a " + argument.getClass().getName() + " to TorchScript");
        };
    }
}
