package dev.attune.trainer.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.attune.artifacts.SafeTensors;
import dev.attune.artifacts.TensorData;
import dev.attune.trainer.model.GradientMode;
import dev.attune.trainer.model.Gradients;
import dev.attune.trainer.model.ModelException;
import dev.attune.trainer.model.ModelFiles;
import dev.attune.trainer.model.TorchScriptModule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.DoublePredicate;
import java.util.stream.IntStream;

/**
 * AdamW (Loshchilov and Hutter 2019, "Decoupled weight decay regularization", algorithm 2) on PyTorch's fused kernel,
 * with global gradient-norm clipping. DJL's own optimizers hide their moments; these can be saved and loaded exactly.
 */
public final class AdamW implements AutoCloseable {
    private static final String METHODS = """
              def norm(self: __torch__.Program, gradients: List[Tensor]) -> Tensor:
                return torch.linalg_vector_norm(torch.stack(torch._foreach_norm(gradients, 2)))
              def update(self: __torch__.Program, parameters: List[Tensor], gradients: List[Tensor], m: List[Tensor], v: List[Tensor], steps: List[Tensor], clip: float, rate: float, beta1: float, beta2: float, decay: float, epsilon: float) -> Tensor:
                if torch.lt(clip, 1.):
                  torch._foreach_mul_(gradients, clip)
                else:
                  pass
                torch._fused_adamw_(parameters, gradients, m, v, annotate(List[Tensor], []), steps, lr=rate, beta1=beta1, beta2=beta2, weight_decay=decay, eps=epsilon, amsgrad=False, maximize=False, grad_scale=None, found_inf=None)
                return steps[0]
            """;

    private static final String FIRST_MOMENT = "first_moment.";
    private static final String SECOND_MOMENT = "second_moment.";
    private static final String STEP = "step";

    // torch.nn.utils.clip_grad_norm_ adds it to the norm that it divides by.
    private static final double CLIP_EPSILON = 1e-6;

    private final AdamWConfig config;
    private final NDList parameters;
    private final NDManager manager;
    private final TorchScriptModule program;
    private final NDList firstMoments = new NDList();
    private final NDList secondMoments = new NDList();
    private long step;

    /** @param parameters named leaf arrays that require gradients; the caller keeps them */
    public AdamW(AdamWConfig config, NDList parameters) {
        this.config = config;
        this.parameters = new NDList(parameters);
        this.manager = parameters.get(0).getManager().newSubManager();
        this.program = TorchScriptModule.compile(manager, "", METHODS);
        for (NDArray parameter : parameters) {
            firstMoments.add(manager.zeros(parameter.getShape()));
            secondMoments.add(manager.zeros(parameter.getShape()));
        }
    }

    public AdamWConfig config() {
        return config;
    }

    /** Steps taken. */
    public long step() {
        return step;
    }

    /**
     * Takes a step with the configured learning rate and zeroes the gradients.
     *
     * @return norm of all gradients together, before clipping
     * @throws DivergedException where that norm is not finite; nothing is changed then but the gradients
     */
    public double update() {
        return update(config.learningRateAt(step + 1));
    }

    /** As {@link #update()}, with a learning rate that the caller's schedule gives. */
    public double update(double learningRate) {
        return update(learningRate, norm -> true);
    }

    /**
     * As {@link #update(double)}, unless the caller refuses the step by its gradient norm: then nothing is changed but the
     * gradients.
     *
     * @param admitted asked with the finite norm before clipping
     */
    public double update(double learningRate, DoublePredicate admitted) {
        try (NDManager temporary = manager.newSubManager();
                GradientMode _ = GradientMode.off()) {
            NDList gradients = Gradients.of(parameters, temporary);
            double norm = program.call(temporary, "norm", gradients).get(0).getFloat();
            if (!Double.isFinite(norm)) {
                Gradients.zero(parameters);
                throw new DivergedException("the gradient norm of step " + (step + 1) + " is " + norm);
            }
            if (!admitted.test(norm)) {
                Gradients.zero(parameters);
                return norm;
            }
            step++;
            double clip = Math.min(1, config.maxGradNorm() / (norm + CLIP_EPSILON));
            update(temporary, gradients, clip, learningRate, true);
            update(temporary, gradients, clip, learningRate, false);
            Gradients.zero(parameters);
            return norm;
        }
    }

    /** Of those parameters that decay, or of the others. */
    private void update(NDManager temporary, NDList gradients, double clip, double learningRate, boolean decay) {
        int[] chosen = IntStream.range(0, parameters.size())
                .filter(i -> decays(parameters.get(i)) == decay)
                .toArray();
        if (chosen.length == 0) {
            return;
        }
        // One counter for all parameters, which the kernel only reads.
        NDArray counter = temporary.create((float) step);
        program.call(
                temporary,
                "update",
                select(parameters, chosen),
                select(gradients, chosen),
                select(firstMoments, chosen),
                select(secondMoments, chosen),
                new NDList(Collections.nCopies(chosen.length, counter)),
                clip,
                learningRate,
                config.beta1(),
                config.beta2(),
                decay ? config.weightDecay() : 0.0,
                config.epsilon());
    }

    private boolean decays(NDArray parameter) {
        return config.decayNorms() || parameter.getShape().dimension() > 1;
    }

    private static NDList select(NDList arrays, int[] chosen) {
        NDList selected = new NDList(chosen.length);
        for (int i : chosen) {
            selected.add(arrays.get(i));
        }
        return selected;
    }

    /** Writes moments and step to a safetensors file; {@link #load} continues exactly from there. */
    public void save(Path file) throws IOException {
        Map<String, TensorData> tensors = new LinkedHashMap<>();
        for (int i = 0; i < parameters.size(); i++) {
            String name = parameters.get(i).getName();
            long[] shape = parameters.get(i).getShape().getShape();
            tensors.put(FIRST_MOMENT + name, TensorData.madeFloats(firstMoments.get(i)::toFloatArray, shape));
            tensors.put(SECOND_MOMENT + name, TensorData.madeFloats(secondMoments.get(i)::toFloatArray, shape));
        }
        SafeTensors.write(file, tensors, Map.of(STEP, Long.toString(step)));
    }

    /**
     * Takes moments and step from a file that {@link #save} wrote for the same parameters.
     *
     * @throws ModelException naming file and tensor, where it is another optimizer's; nothing is changed then
     */
    public void load(Path file) {
        try (SafeTensors tensors = SafeTensors.open(file)) {
            long savedStep = stepOf(tensors);
            if (tensors.tensors().size() != 2 * parameters.size()) {
                throw new ModelException(file + ": has " + tensors.tensors().size() + " tensors, but the optimizer has "
                        + 2 * parameters.size());
            }
            // All of them are checked before one is set; of a large model no two are in the heap at once.
            readMoments(tensors, (moment, values) -> {});
            readMoments(tensors, NDArray::set);
            step = savedStep;
        } catch (IOException e) {
            throw new ModelException(ModelFiles.describe(file, e), e);
        }
    }

    private void readMoments(SafeTensors tensors, BiConsumer<NDArray, float[]> taker) throws IOException {
        for (int i = 0; i < parameters.size(); i++) {
            String name = parameters.get(i).getName();
            Shape shape = parameters.get(i).getShape();
            taker.accept(firstMoments.get(i), ModelFiles.readFloats(tensors, FIRST_MOMENT + name, shape));
            taker.accept(secondMoments.get(i), ModelFiles.readFloats(tensors, SECOND_MOMENT + name, shape));
        }
    }

    private static long stepOf(SafeTensors tensors) {
        String value = tensors.metadata().getOrDefault(STEP, "");
        if (!value.matches("[0-9]{1,18}")) {
            throw new ModelException(tensors.path() + ": metadata " + STEP + ": must be a step, not '" + value + "'");
        }
        return Long.parseLong(value);
    }

    @Override
    public void close() {
        manager.close();
    }
}
