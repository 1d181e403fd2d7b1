# Gradient clipping and AdamW over lists of arrays.


def global_norm(
    self,
    gradients: List[Tensor],  # any shapes
) -> Tensor:  # ()
    """Computes the 2-norm of all gradients together."""
    return torch.linalg_vector_norm(torch.stack(torch._foreach_norm(gradients, 2)), 2)


def scale(
    self,
    gradients: List[Tensor],  # any shapes
    factor: float,
) -> int:
    """Multiplies gradients by a factor, in place."""
    torch._foreach_mul_(gradients, factor)
    return 0


def clear(
    self,
    gradients: List[Tensor],  # any shapes
) -> int:
    """Sets gradients to 0, in place."""
    torch._foreach_zero_(gradients)
    return 0


def adamw(
    self,
    weights: List[Tensor],  # any shapes
    gradients: List[Tensor],  # the shapes of weights
    moments: List[List[Tensor]],  # first and second moments, in the shapes of weights; steps taken, () for each weight
    settings: List[float],
) -> int:
    """Takes a step of AdamW, in place. The settings are learning rate, beta 1, beta 2, weight decay and epsilon."""
    first, second, steps = moments
    learning_rate, beta1, beta2, weight_decay, epsilon = settings
    torch._foreach_add_(steps, 1)
    torch._fused_adamw_(
        weights,
        gradients,
        first,
        second,
        [],
        steps,
        lr=learning_rate,
        beta1=beta1,
        beta2=beta2,
        weight_decay=weight_decay,
        eps=epsilon,
        amsgrad=False,
        maximize=False,
    )
    return 0
