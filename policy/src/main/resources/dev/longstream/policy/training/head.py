# The output head: log-probabilities and entropies of answer tokens, and their gradients.
#
# Logits are computed a block of rows at a time; arrays of rows × vocabulary are used again for the next block, since
# memory that is new each time costs as much as a softmax. log_sums is the logarithm of the sum of exponentials of a
# row's logits.
#
# The backward pass makes the log-probabilities l = h · head - log_sum a second time. Where products are rounded, one
# product makes them, as rounded_attention.py does: h and log_sum come in two pieces, and the result errs by at most
# |l| / 256. A target's own 1 - p is made of its log-probability instead, for next to nothing is left of it where p is
# near 1 and rounded.
#
# Shapes: Q predicting tokens, M answer tokens, R rows of one block. A wide head is (vocabulary, 2 · hidden + 2) where
# operands are rounded, and (vocabulary, hidden) otherwise.


def hidden(
    self,
    weight: Tensor,  # (hidden)
    x: Tensor,  # (Q, hidden)
    rows: Tensor,  # (M), int64
) -> Tensor:  # (M, hidden)
    """Takes for each answer token the normed output of the token that predicts it."""
    return self.norm(torch.index_select(x, 0, rows), weight)


def hidden_backward(
    self,
    weight: Tensor,  # (hidden)
    weight_gradient: Tensor,  # (hidden), or (0)
    x: Tensor,  # (Q, hidden)
    rows: Tensor,  # (M), int64
    gradient: Tensor,  # (M, hidden)
) -> Tensor:  # (Q, hidden)
    """Adds to the gradient of the final norm's weight, and computes that of x."""
    of_rows = self.norm_backward(weight_gradient, weight, torch.index_select(x, 0, rows), gradient)  # (M, hidden)
    return self.all_rows(of_rows, rows, x.size(0))


def logit_buffer(
    self,
    head: Tensor,  # (vocabulary, any size)
    targets: Tensor,  # (M)
) -> Tensor:  # (at most head_rows, vocabulary)
    """Makes room for one block of logits."""
    return head.new_empty([min(self.head_rows, targets.size(0)), head.size(0)])


def flushed(
    self,
    p: Tensor,  # any shape
) -> Tensor:  # the same
    """Sets the smallest probabilities to 0, in place."""
    return torch.threshold_(p, self.min_probability, 0.0)


def head_scores(
    self,
    head: Tensor,  # (vocabulary, hidden)
    h: Tensor,  # (M, hidden)
    targets: Tensor,  # (M), int64
    temperature: Tensor,  # (1)
) -> List[Tensor]:  # log-probabilities, entropies, log-sums; (M, 1) each
    """Scores each answer token under softmax(h · headᵀ / temperature)."""
    h = h / temperature
    log_probs: List[Tensor] = []
    entropies: List[Tensor] = []
    log_sums: List[Tensor] = []
    packed = self.packed([head])[0]  # (vocabulary, hidden)
    buffer = self.logit_buffer(head, targets)
    start = 0
    while start < targets.size(0):
        stop = start + self.head_rows
        block = h[start:stop]  # (R, hidden)
        logits = self.product(block, packed, None)  # (R, vocabulary)
        all_log_probs = torch._log_softmax(logits, -1, False, out=buffer[: block.size(0)])  # (R, vocabulary)
        target = targets[start:stop].unsqueeze(1)  # (R, 1)
        of_target = torch.gather(all_log_probs, 1, target)  # (R, 1)
        log_probs.append(of_target)
        log_sums.append(torch.gather(logits, 1, target) - of_target)
        p = self.flushed(torch.exp(all_log_probs, out=logits))  # (R, vocabulary)
        entropies.append(-torch.sum(p.mul_(all_log_probs), [-1], True))
        start = stop
    return [torch.cat(log_probs), torch.cat(entropies), torch.cat(log_sums)]


def head_operand(
    self,
    head: Tensor,  # (vocabulary, hidden)
) -> Tensor:  # a wide head, of the type of operands
    """Prepares the head for block_log_probs: twice, for h in two pieces, with two components of -1 for log_sum."""
    low = self.lowered([head])[0]
    if low.dtype != self.float32:
        low = torch.cat([low, low, low.new_full([low.size(0), 2], -1.0)], -1)
    return low


def block_log_probs(
    self,
    wide_head: Tensor,  # a wide head
    h: Tensor,  # (R, hidden)
    log_sums: Tensor,  # (R, 1)
    to: Tensor,  # (R, vocabulary), overwritten
) -> Tensor:  # (R, vocabulary), of the head's type
    """Computes all log-probabilities of a block."""
    dtype = wide_head.dtype
    if dtype == self.float32:
        all_log_probs = torch.mm(h, wide_head.t(), out=to).sub_(log_sums)
    else:
        wide = torch.cat([self.in_two(h, dtype), self.in_two(log_sums, dtype)], -1)  # (R, 2 · hidden + 2)
        all_log_probs = torch.mm(wide, wide_head.t(), out=to)
    return all_log_probs


def head_backward(
    self,
    head: Tensor,  # (vocabulary, hidden)
    head_gradient: Tensor,  # (vocabulary, hidden), or (0)
    h: Tensor,  # (M, hidden)
    targets: Tensor,  # (M), int64
    temperature: Tensor,  # (1)
    scores: List[Tensor],  # what head_scores returned, (M, 1) each
    gradients: List[Tensor],  # of the log-probabilities (M), and of the entropies (M) if the loss depends on them
) -> Tensor:  # (M, hidden)
    """Adds to the head's gradient, and computes that of h."""
    h = h / temperature
    log_probs, entropies, log_sums = scores
    wide_head = self.head_operand(head)
    dtype = wide_head.dtype
    h_gradient = torch.empty_like(h)  # (M, hidden)
    first_buffer = self.logit_buffer(wide_head, targets)
    second_buffer = self.logit_buffer(wide_head, targets)
    start = 0
    while start < targets.size(0):
        stop = start + self.head_rows
        block = h[start:stop]  # (R, hidden)
        rows = block.size(0)
        all_log_probs = self.block_log_probs(wide_head, block, log_sums[start:stop], first_buffer[:rows])
        # (R, vocabulary), becomes the gradient of the logits
        p = self.flushed(torch.exp(all_log_probs, out=second_buffer[:rows]))
        of_log_prob = gradients[0][start:stop].unsqueeze(1)  # (R, 1)
        log_prob = log_probs[start:stop]  # (R, 1)
        of_target_logit = of_log_prob * -torch.expm1(log_prob)  # (R, 1)
        if len(gradients) == 1:
            p.mul_((-of_log_prob).to(dtype))
        else:
            entropy = entropies[start:stop]  # (R, 1)
            of_entropy = gradients[1][start:stop].unsqueeze(1)  # (R, 1)
            both = of_log_prob + of_entropy * entropy  # (R, 1)
            p.mul_(all_log_probs.mul_(of_entropy.to(dtype)).add_(both.to(dtype)).neg_())
            of_target_logit = of_target_logit - torch.exp(log_prob) * (of_entropy * (log_prob + entropy))
        p.scatter_(1, targets[start:stop].unsqueeze(1), of_target_logit.to(dtype))
        h_gradient[start:stop].copy_(p @ wide_head[:, : h.size(1)])
        self.linear_backward(head_gradient, None, block.to(dtype), p)
        start = stop
    return h_gradient.div_(temperature)
