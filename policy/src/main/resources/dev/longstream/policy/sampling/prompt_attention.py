# The attention of prompt tokens, for operands in float32.


def attend_prompt(
    self,
    queries: Tensor,  # (prompts, n, heads, head_size)
    keys: Tensor,  # (prompts, key_value_heads, columns, head_size)
    values: Tensor,  # (prompts, key_value_heads, columns, head_size)
) -> Tensor:  # (prompts, n, heads, head_size)
    """Computes what tokens attend to. Their own keys are the last n columns."""
    queries = queries.transpose(1, 2)  # (prompts, heads, n, head_size)
    n = queries.size(2)
    before = keys.size(2) - n
    keys = self.spread(keys)  # (prompts, heads, columns, head_size)
    values = self.spread(values)  # (prompts, heads, columns, head_size)
    if before == 0:
        attended = torch.scaled_dot_product_attention(queries, keys, values, None, 0.0, True)
    else:
        later = torch.triu(keys.new_full([n, before + n], -1e30), before + 1)  # (n, columns)
        attended = torch.scaled_dot_product_attention(queries, keys, values, later, 0.0, False)
    return attended.transpose(1, 2)
