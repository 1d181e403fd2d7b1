# Operations whose speed is measured.


def product(
    self,
    left: Tensor,  # (size, size)
    right: Tensor,  # (size, size)
) -> Tensor:  # (size, size)
    """Multiplies two matrices."""
    return left @ right


def rounded(
    self,
    x: Tensor,  # any shape
) -> Tensor:  # the same shape, bfloat16
    """Rounds to bfloat16."""
    return x.to(self.bfloat16)


def total(
    self,
    x: Tensor,  # any shape
) -> Tensor:  # ()
    """Sums all elements."""
    return torch.sum(x)
