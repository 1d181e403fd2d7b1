package dev.longstream.policy.model;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Copies of matrices in the order in which oneDNN's products read them. Otherwise a product lays its matrix out anew each time, which for few
 * rows takes longer than multiplying. oneDNN is part of PyTorch for most processors; where it is not, and on other devices, matrices are taken
 * as they are.
 */
final class PackedMatrices {
    /** For which a layout is chosen; products of any number are possible. */
    private static final int ROWS = 8;

    private static final String AS_THEY_ARE =
            """
            def product(self: __torch__.Policy, x: Tensor, weight: Tensor, bias: Optional[Tensor]) -> Tensor:
              return torch.linear(x, weight, bias)
            def can_pack(self: __torch__.Policy) -> bool:
              return False
            def packed(self: __torch__.Policy, w: List[Tensor]) -> List[Tensor]:
              return w
            """;

    private static final String PACKED =
            """
            def product(self: __torch__.Policy, x: Tensor, weight: Tensor, bias: Optional[Tensor]) -> Tensor:
              if ops.prim.is_mkldnn(weight):
                y = ops.mkldnn._linear_pointwise(x, weight, bias, "none", annotate(List[Optional[number]], []), "")
              else:
                y = torch.linear(x, weight, bias)
              return y
            def can_pack(self: __torch__.Policy) -> bool:
              return True
            def packed(self: __torch__.Policy, w: List[Tensor]) -> List[Tensor]:
              all = annotate(List[Tensor], [])
              for i in range(torch.len(w)):
                if torch.eq(torch.dim(w[i]), 2):
                  all = torch.append(all, ops.mkldnn._reorder_linear_weight(w[i], $rows$))
                else:
                  all = torch.append(all, w[i])
              return all
            """
                    .replace("$rows$", Integer.toString(ROWS));

    private static final String PROBE =
            """
            def probe(self: __torch__.Policy, w: Tensor) -> Tensor:
              return (self).product(w, (self).packed([w])[0], None)
            """;

    static final String METHODS = work() ? PACKED : AS_THEY_ARE;

    private PackedMatrices() {}

    private static boolean work() {
        if (TorchEngine.device().isGpu()) {
            return false;
        }
        try (TorchModule module = TorchModule.compile(PACKED + PROBE);
                NDManager manager = TorchEngine.newManager()) {
            module.run(manager, "probe", manager.ones(new Shape(ROWS, ROWS)));
            return true;
        } catch (IllegalArgumentException | EngineException e) { // oneDNN is not part of this PyTorch
            return false;
        }
    }
}
