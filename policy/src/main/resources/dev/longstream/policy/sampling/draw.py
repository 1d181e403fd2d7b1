# Draws tokens from logits.
#
# Shapes: R rows, one for each answer; vocabulary columns.


def suffices(
    self,
    falling: Tensor,  # (R, m), the largest probabilities in descending order, float64
    top_k: Tensor,  # (R, 1), int64
    top_p: Tensor,  # (R, 1), float64
    total: Tensor,  # (R, 1), the sum of all probabilities, float64
    vocabulary: int,
) -> bool:
    """Tells whether every row's cut lies among the probabilities that were looked at."""
    has_top_k = top_k < vocabulary  # (R, 1)
    reached = torch.sum(falling, [-1], True) >= top_p * total  # (R, 1)
    enough = torch.where(has_top_k, top_k <= falling.size(1), reached)  # (R, 1)
    has_no_cut = torch.logical_not(torch.logical_or(has_top_k, top_p < 1))  # (R, 1)
    return bool(torch.all(torch.logical_or(enough, has_no_cut)))


def min_kept_probability(
    self,
    probabilities: Tensor,  # (R, vocabulary), float64
    top_k: Tensor,  # (R, 1), int64
    top_p: Tensor,  # (R, 1), float64
) -> Tensor:  # (R, 1), float64
    """Returns the probability of the least likely token that the cuts keep; 0 where nothing is cut.

    Tokens that are as likely are kept, too.
    """
    vocabulary = probabilities.size(1)
    m = min(vocabulary, self.first_candidates)
    total = torch.sum(probabilities, [-1], True)  # (R, 1)
    has_top_k = top_k < vocabulary  # (R, 1)
    falling, order = torch.topk(probabilities, m, -1, True, True)  # (R, m) each
    while m < vocabulary and not self.suffices(falling, top_k, top_p, total, vocabulary):
        m = min(vocabulary, m * self.candidate_growth)
        falling, order = torch.topk(probabilities, m, -1, True, True)
    rank = torch.arange(falling.size(1), dtype=self.int64, device=probabilities.device)  # (m)
    falling = falling * (rank < top_k)  # (R, m)
    so_far = torch.cumsum(falling, -1)  # (R, m)
    total = torch.where(has_top_k, so_far[:, -1:], total)  # (R, 1)
    kept = torch.logical_and(so_far - falling < top_p * total, falling > 0)  # (R, m)
    last = torch.clamp(torch.sum(kept, [-1], True) - 1, 0)  # (R, 1)
    return torch.gather(falling, 1, last) * torch.logical_or(has_top_k, top_p < 1)


def draw(
    self,
    logits: Tensor,  # (R, vocabulary)
    temperature: Tensor,  # (R, 1)
    greedy: Tensor,  # (R), bool
    top_k: Tensor,  # (R, 1), int64
    top_p: Tensor,  # (R, 1), float64
    cuts: bool,
    uniforms: Tensor,  # (R), float64, in [0, 1)
) -> List[Tensor]:  # tokens, int64; log-probabilities under the behaviour policy, under the policy; (R) each
    """Draws one token a row. The behaviour policy is the policy with temperature and cuts."""
    policy = torch.log_softmax(logits, -1)  # (R, vocabulary)
    drawn = torch.log_softmax(logits / temperature, -1)  # (R, vocabulary)
    probabilities = torch.exp(drawn.to(self.float64))  # (R, vocabulary)
    if cuts:
        least = self.min_kept_probability(probabilities, top_k, top_p)  # (R, 1)
        probabilities = probabilities * (probabilities >= least)
    sums = torch.cumsum(probabilities, -1)  # (R, vocabulary)
    total = sums[:, -1:]  # (R, 1)
    choice = torch.searchsorted(sums, uniforms.unsqueeze(1) * total, out_int32=False, right=True)  # (R, 1)
    choice = torch.clamp(choice, None, sums.size(1) - 1)
    behaviour = torch.gather(drawn, 1, choice) - torch.log(total).to(self.float32)  # (R, 1)
    token = torch.where(greedy, torch.argmax(logits, -1), choice.squeeze(1))  # (R)
    behaviour = torch.where(greedy, torch.zeros_like(uniforms, dtype=self.float32), behaviour.squeeze(1))  # (R)
    policy = torch.gather(policy, 1, token.unsqueeze(1)).squeeze(1)  # (R)
    return [token, behaviour, policy]
