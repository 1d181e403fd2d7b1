# A part that shares a call with no other, by the same means as parts that go together. For operands in float32.
#
# Shapes: q_heads = queries_per_key, which are the batch.


def single_queries(
    self,
    x: Tensor,  # (queries, heads, head_size)
) -> Tensor:  # (q_heads, key_value_heads, queries, head_size)
    """Lays out a part's queries, or an array of their shape."""
    return x.unflatten(1, [self.key_value_heads, self.queries_per_key]).permute([2, 1, 0, 3])


def single_log_sums(
    self,
    log_sums: Tensor,  # (queries, heads)
) -> Tensor:  # (q_heads, key_value_heads, queries)
    """Lays out a part's log-sums."""
    return log_sums.unflatten(1, [self.key_value_heads, self.queries_per_key]).permute([2, 1, 0]).contiguous()


def single_keys(
    self,
    x: Tensor,  # (keys, key_value_heads, head_size)
) -> Tensor:  # (q_heads, key_value_heads, keys, head_size), the same memory for all q_heads
    """Lays out a part's keys or values."""
    return x.transpose(0, 1).unsqueeze(0).expand([self.queries_per_key, -1, -1, -1])


def joined_queries(
    self,
    x: Tensor,  # (q_heads, key_value_heads, queries, head_size)
) -> Tensor:  # (queries, heads, head_size)
    """Undoes single_queries."""
    return x.permute([2, 1, 0, 3]).flatten(1, 2)


def joined_log_sums(
    self,
    log_sums: Tensor,  # (q_heads, key_value_heads, queries)
) -> Tensor:  # (queries, heads)
    """Undoes single_log_sums."""
    return log_sums.permute([2, 1, 0]).flatten(1, 2)


def joined_key_gradients(
    self,
    x: Tensor,  # (q_heads, key_value_heads, keys, head_size)
) -> Tensor:  # (keys, key_value_heads, head_size), float32
    """Sums gradients of keys or values over the query heads that share them."""
    return torch.sum(x, [0], False, dtype=self.float32).transpose(0, 1)


def alone(
    self,
    q: Tensor,  # (queries, heads, head_size), scaled
    k: Tensor,  # (keys, key_value_heads, head_size)
    v: Tensor,  # (keys, key_value_heads, head_size)
    causal: bool,
) -> List[Tensor]:  # output (queries, heads, head_size); log_sums (queries, heads)
    """Computes one part by itself. Where it is causal, there are as many keys as queries."""
    output, log_sums = self.batch_attention(self.single_queries(q), self.single_keys(k), self.single_keys(v), causal)
    return [self.joined_queries(output), self.joined_log_sums(log_sums)]


def alone_backward(
    self,
    output_gradient: Tensor,  # (queries, heads, head_size)
    q: Tensor,  # (queries, heads, head_size), scaled
    k: Tensor,  # (keys, key_value_heads, head_size)
    v: Tensor,  # (keys, key_value_heads, head_size)
    output: Tensor,  # (queries, heads, head_size)
    log_sums: Tensor,  # (queries, heads)
    causal: bool,
) -> List[Tensor]:  # gradients of q (queries, heads, head_size); k, v (keys, key_value_heads, head_size), float32
    """Computes the gradients of one part by itself. output and log_sums are those of all parts together."""
    q_gradient, k_gradient, v_gradient = self.batch_attention_backward(
        self.single_queries(output_gradient),
        self.single_queries(q),
        self.single_keys(k),
        self.single_keys(v),
        self.single_queries(output),
        self.single_log_sums(log_sums),
        causal,
    )
    return [
        self.joined_queries(q_gradient),
        self.joined_key_gradients(k_gradient),
        self.joined_key_gradients(v_gradient),
    ]
