package ai.djl.pytorch.jni;

import ai.djl.pytorch.engine.PtSymbolBlock;
import org.jspecify.annotations.NullMarked;

/**
 * Runs a method of a TorchScript module and leaves the thread's gradient mode as it is.
 *
 * <p>It lives in DJL's package because DJL's own public way ({@link IValueUtils#runMethod}) always switches gradients
 * off, and the native library is reachable from this package only. It therefore needs the class path: it cannot be
 * loaded from the module path.
 */
@NullMarked
public final class TorchScriptCall {
    private TorchScriptCall() {}

    /**
     * Calls {@code method} and returns what it returned; the caller closes the result and the arguments.
     *
     * @throws ai.djl.engine.EngineException with PyTorch's message, when the method does not exist or fails
     */
    public static IValue invoke(PtSymbolBlock module, String method, IValue... arguments) {
        long[] handles = new long[arguments.length];
        for (int i = 0; i < arguments.length; i++) {
            handles[i] = arguments[i].getHandle();
        }
        // "train" keeps PyTorch out of inference mode, whose tensors autograd refuses.
        boolean train = true;
        boolean separateStream = false;
        return new IValue(
                PyTorchLibrary.LIB.moduleRunMethod(module.getHandle(), method, handles, train, separateStream));
    }
}
