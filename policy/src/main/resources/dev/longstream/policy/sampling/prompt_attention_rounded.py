# The attention of prompt tokens as training computes it, for rounded operands.


def attend_prompt(
    self,
    queries: Tensor,  # (prompts, n, heads, head_size)
    keys: Tensor,  # (prompts, key_value_heads, columns, head_size)
    values: Tensor,  # (prompts, key_value_heads, columns, head_size)
) -> Tensor:  # (prompts, n, heads, head_size)
    """Computes what tokens attend to. Their own keys are the last n columns."""
    before = keys.size(2) - queries.size(1)
    attended: List[Tensor] = []
    for i in range(queries.size(0)):
        q = (queries.select(0, i) * self.attention_scale).to(self.compute_type)  # (n, heads, head_size)
        k = keys.select(0, i).transpose(0, 1).to(self.compute_type)  # (columns, key_value_heads, head_size)
        v = values.select(0, i).transpose(0, 1).to(self.compute_type)  # (columns, key_value_heads, head_size)
        output, log_sums = self.alone(q, k[before:], v[before:], True)  # (n, heads, head_size), (n, heads)
        if before > 0:
            earlier, earlier_sums = self.alone(q, k[:before], v[:before], False)
            output, log_sums = self.merge(
                output.to(self.float32),
                log_sums.unsqueeze(-1),
                earlier.to(self.float32),
                earlier_sums.unsqueeze(-1),
            )
        attended.append(output)
    return torch.stack(attended)
