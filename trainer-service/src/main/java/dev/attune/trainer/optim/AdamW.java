package dev.attune.trainer.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.attune.trainer.model.GradientMode;
import dev.attune.trainer.model.Gradients;
import dev.attune.trainer.model.TorchScriptModule;
import java.util.Collections;

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
        try (NDManager temporary = manager.newSubManager();
                GradientMode _ = GradientMode.off()) {
            NDList gradients = Gradients.of(parameters, temporary);
            double norm = program.call(temporary, "norm", gradients).get(0).getFloat();
            if (!Double.isFinite(norm)) {
                Gradients.zero(parameters);
                throw new DivergedException("the gradient norm of step " + (step + 1) + " is " + norm);
            }
            step++;
            // One counter for all parameters, which the kernel only reads.
            NDArray counter = temporary.create((float) step);
            program.call(
                    temporary,
                    "update",
                    parameters,
                    gradients,
                    firstMoments,
                    secondMoments,
                    new NDList(Collections.nCopies(parameters.size(), counter)),
                    Math.min(1, config.maxGradNorm() / (norm + CLIP_EPSILON)),
                    learningRate,
                    config.beta1(),
                    config.beta2(),
                    config.weightDecay(),
                    config.epsilon());
            Gradients.zero(parameters);
            return norm;
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
