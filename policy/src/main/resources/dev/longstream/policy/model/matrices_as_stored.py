# Matrix products where oneDNN's packed matrices are not available: matrices are taken as they are stored.


def product(
    self,
    x: Tensor,  # (..., inputs)
    weight: Tensor,  # (outputs, inputs)
    bias: Optional[Tensor],  # (outputs)
) -> Tensor:  # (..., outputs)
    """Computes x · weightᵀ + bias."""
    return torch.linear(x, weight, bias)


def can_pack(self) -> bool:
    """Tells whether packed changes anything."""
    return False


def packed(
    self,
    w: List[Tensor],  # any shapes
) -> List[Tensor]:  # the same shapes
    """Returns the list unchanged."""
    return w
