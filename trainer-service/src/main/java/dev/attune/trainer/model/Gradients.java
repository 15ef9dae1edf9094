package dev.attune.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

/** The backward pass and the gradients that it leaves on the parameters. */
public final class Gradients {
    private Gradients() {}

    /**
     * Adds {@code d(sum(outputs * outputGradients)) / dp} to the gradient of every parameter p behind {@code outputs},
     * and frees the recorded graph.
     */
    public static void backward(NDArray outputs, NDArray outputGradients) {
        boolean keepGraph = false;
        boolean createGraph = false;
        JniUtils.backward((PtNDArray) outputs, (PtNDArray) outputGradients, keepGraph, createGraph);
    }

    /**
     * The gradients of {@code parameters} in their order, attached to {@code manager} (DJL would attach them to the
     * parameters' own, where they would pile up). They are the accumulators themselves, not copies.
     *
     * @throws IllegalStateException when no backward pass has reached a parameter
     */
    public static NDList of(NDList parameters, NDManager manager) {
        NDList gradients = new NDList(parameters.size());
        for (NDArray parameter : parameters) {
            PtNDArray gradient = JniUtils.getGradient((PtNDArray) parameter);
            if (gradient == null) {
                throw new IllegalStateException("no backward pass has reached " + parameter.getName());
            }
            gradient.attach(manager);
            gradients.add(gradient);
        }
        return gradients;
    }

    /** Sets the gradients to zero, where there are any. */
    public static void zero(NDList parameters) {
        for (NDArray parameter : parameters) {
            JniUtils.zeroGrad((PtNDArray) parameter);
        }
    }
}
