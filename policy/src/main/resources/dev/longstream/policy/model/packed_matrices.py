# Matrix products with matrices that oneDNN has laid out in the order in which it reads them.


def product(
    self,
    x: Tensor,  # (..., inputs)
    weight: Tensor,  # (outputs, inputs), packed or not
    bias: Optional[Tensor],  # (outputs)
) -> Tensor:  # (..., outputs)
    """Computes x · weightᵀ + bias."""
    if weight.is_mkldnn:
        post_op_scalars: List[Optional[number]] = []
        y = ops.mkldnn._linear_pointwise(x, weight, bias, "none", post_op_scalars, "")
    else:
        y = torch.linear(x, weight, bias)
    return y


def can_pack(self) -> bool:
    """Tells whether packed changes anything."""
    return True


def packed(
    self,
    w: List[Tensor],  # any shapes
) -> List[Tensor]:  # the same shapes, matrices packed
    """Copies matrices into packed ones. Everything else stays as it is."""
    all: List[Tensor] = []
    for i in range(len(w)):
        if w[i].dim() == 2:
            all.append(ops.mkldnn._reorder_linear_weight(w[i], self.packed_rows))
        else:
            all.append(w[i])
    return all
