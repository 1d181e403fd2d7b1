# A first call that shows whether this machine can compute with packed matrices.


def probe(
    self,
    matrix: Tensor,  # (size, size)
) -> Tensor:  # (size, size)
    """Multiplies a matrix by its packed copy."""
    return self.product(matrix, self.packed([matrix])[0], None)
