# The attention of an AttentionPlan, forward and backward, over one row of T tokens.
#
# A plan has parts. Each is computed by itself, and merged with what is there already by
#
#   output <- output + sigmoid(part_log_sums - log_sums) · (part_output - output)
#   log_sums <- log(exp(log_sums) + exp(part_log_sums))
#
# where log_sums, (tokens, heads), is the logarithm of the sum of exponentials of all of a query's scores. The
# backward pass needs no recording: a part's scores s give p = exp(s - log_sums), with the log_sums of all parts, and
# p is what it takes (Dao et al. 2022).
#
# Short causal parts of similar length go through one call together, padded to the longest ("together"). Query heads
# that share a key head are laid out as a batch, for which the keys are the same memory.
#
# Shapes: q_heads = queries_per_key. For parts that go together, n is their number, width their padded length, and
# batch = n · q_heads, part by part. Queries are scaled by 1 / sqrt(head_size) already.


def block_rows(
    self,
    q: Tensor,  # (batch, key_value_heads, queries, head_size)
    k: Tensor,  # (batch, key_value_heads, keys, head_size)
) -> int:
    """Returns how many queries are computed at once where scores are written out."""
    return max(1, self.written_scores // (q.size(0) * q.size(1) * k.size(2)))


def scores(
    self,
    q: Tensor,  # (batch, key_value_heads, queries, head_size)
    k: Tensor,  # (batch, key_value_heads, keys, head_size)
    start: int,
    stop: int,
    causal: bool,
) -> Tensor:  # (batch, key_value_heads, stop - start, keys), float32
    """Computes the scores of queries start to stop; -inf for keys that a causal query must not see."""
    scores = (q[:, :, start:stop] @ k.transpose(2, 3)).to(self.float32)
    if causal:
        rows = torch.arange(start, start + scores.size(2), dtype=self.int64, device=q.device)  # (stop - start)
        columns = torch.arange(k.size(2), dtype=self.int64, device=q.device)  # (keys)
        scores = scores.masked_fill(columns > rows.unsqueeze(1), -inf)
    return scores


def written_out(
    self,
    q: Tensor,  # (batch, key_value_heads, queries, head_size)
    k: Tensor,  # (batch, key_value_heads, keys, head_size)
    v: Tensor,  # (batch, key_value_heads, keys, head_size)
    causal: bool,
) -> List[Tensor]:  # output, the shape of q; log_sums (batch, key_value_heads, queries), float32
    """Computes the attention a block of queries at a time, by operations that every device has."""
    output = torch.empty_like(q)
    log_sums = torch.empty([q.size(0), q.size(1), q.size(2)], dtype=self.float32, device=q.device)
    at_once = self.block_rows(q, k)
    start = 0
    while start < q.size(2):
        stop = min(start + at_once, q.size(2))
        scores = self.scores(q, k, start, stop, causal)  # (batch, key_value_heads, rows, keys)
        block_sums = torch.logsumexp(scores, [-1])  # (batch, key_value_heads, rows)
        log_sums[:, :, start:stop].copy_(block_sums)
        p = torch.exp(scores - block_sums.unsqueeze(-1))  # (batch, key_value_heads, rows, keys)
        output[:, :, start:stop].copy_(p.to(v.dtype) @ v)
        start = stop
    return [output, log_sums]


def written_out_backward(
    self,
    output_gradient: Tensor,  # the shape of q
    q: Tensor,  # (batch, key_value_heads, queries, head_size)
    k: Tensor,  # (batch, key_value_heads, keys, head_size)
    v: Tensor,  # (batch, key_value_heads, keys, head_size)
    output: Tensor,  # the shape of q
    log_sums: Tensor,  # (batch, key_value_heads, queries), float32
    causal: bool,
) -> List[Tensor]:  # gradients of q, k, v, in their shapes; those of k and v are float32
    """Computes the gradients of written_out."""
    q_gradient = torch.zeros_like(q)
    k_gradient = torch.zeros([k.size(0), k.size(1), k.size(2), k.size(3)], dtype=self.float32, device=q.device)
    v_gradient = torch.zeros_like(k_gradient)
    at_once = self.block_rows(q, k)
    start = 0
    while start < q.size(2):
        stop = min(start + at_once, q.size(2))
        block_gradient = output_gradient[:, :, start:stop]  # (batch, key_value_heads, rows, head_size)
        block_sums = log_sums[:, :, start:stop].unsqueeze(-1)  # (batch, key_value_heads, rows, 1)
        p = torch.exp(self.scores(q, k, start, stop, causal) - block_sums)  # (batch, key_value_heads, rows, keys)
        p_gradient = (block_gradient @ v.transpose(2, 3)).to(self.float32)  # the shape of p
        # (batch, key_value_heads, rows, 1)
        mean = torch.sum(block_gradient.to(self.float32) * output[:, :, start:stop], [-1], True)
        score_gradient = ((p_gradient - mean) * p).to(q.dtype)  # the shape of p
        v_gradient.add_(p.to(q.dtype).transpose(2, 3) @ block_gradient)
        k_gradient.add_(score_gradient.transpose(2, 3) @ q[:, :, start:stop])
        q_gradient[:, :, start:stop].copy_(score_gradient @ k)
        start = stop
    return [q_gradient, k_gradient, v_gradient]


def memory_efficient(
    self,
    q: Tensor,  # (batch, key_value_heads, queries, head_size)
    k: Tensor,  # (batch, key_value_heads, keys, head_size)
    v: Tensor,  # (batch, key_value_heads, keys, head_size)
    causal: bool,
) -> List[Tensor]:  # output, the shape of q; log_sums (batch, key_value_heads, queries), float32
    """Computes the attention by the processor's kernel."""
    output, log_sums = torch._scaled_dot_product_flash_attention_for_cpu(q, k, v, 0.0, causal, scale=1.0)
    return [output, log_sums]


def memory_efficient_backward(
    self,
    output_gradient: Tensor,  # the shape of q
    q: Tensor,  # (batch, key_value_heads, queries, head_size)
    k: Tensor,  # (batch, key_value_heads, keys, head_size)
    v: Tensor,  # (batch, key_value_heads, keys, head_size)
    output: Tensor,  # the shape of q
    log_sums: Tensor,  # (batch, key_value_heads, queries), float32
    causal: bool,
) -> List[Tensor]:  # gradients of q, k, v, in their shapes
    """Computes the gradients of memory_efficient."""
    q_gradient, k_gradient, v_gradient = torch._scaled_dot_product_flash_attention_for_cpu_backward(
        output_gradient, q, k, v, output, log_sums, 0.0, causal, scale=1.0
    )
    return [q_gradient, k_gradient, v_gradient]


def batch_attention(
    self,
    q: Tensor,  # (batch, key_value_heads, queries, head_size)
    k: Tensor,  # (batch, key_value_heads, keys, head_size)
    v: Tensor,  # (batch, key_value_heads, keys, head_size)
    causal: bool,
) -> List[Tensor]:  # output, the shape of q; log_sums (batch, key_value_heads, queries), float32
    """Computes the attention by what suits the device."""
    if self.has_memory_efficient_kernel:
        made = self.memory_efficient(q, k, v, causal)
    else:
        made = self.written_out(q, k, v, causal)
    return made


def batch_attention_backward(
    self,
    output_gradient: Tensor,  # the shape of q
    q: Tensor,  # (batch, key_value_heads, queries, head_size)
    k: Tensor,  # (batch, key_value_heads, keys, head_size)
    v: Tensor,  # (batch, key_value_heads, keys, head_size)
    output: Tensor,  # the shape of q
    log_sums: Tensor,  # (batch, key_value_heads, queries), float32
    causal: bool,
) -> List[Tensor]:  # gradients of q, k, v, in their shapes
    """Computes the gradients of batch_attention."""
    if self.has_memory_efficient_kernel:
        made = self.memory_efficient_backward(output_gradient, q, k, v, output, log_sums, causal)
    else:
        made = self.written_out_backward(output_gradient, q, k, v, output, log_sums, causal)
    return made


def batch_queries(
    self,
    x: Tensor,  # (tokens, heads, head_size)
    rows: Tensor,  # (n · width), int64
    n: int,
) -> Tensor:  # (batch, key_value_heads, width, head_size)
    """Gathers queries, or arrays of their shape, of n parts that go together."""
    chosen = torch.index_select(x, 0, rows).unflatten(1, [self.key_value_heads, self.queries_per_key])
    by_part = chosen.unflatten(0, [n, -1])  # (n, width, key_value_heads, q_heads, head_size)
    return by_part.permute([0, 3, 2, 1, 4]).flatten(0, 1)


def batch_log_sums(
    self,
    log_sums: Tensor,  # (tokens, heads), float32
    rows: Tensor,  # (n · width), int64
    n: int,
) -> Tensor:  # (batch, key_value_heads, width), float32
    """Gathers log-sums of n parts that go together."""
    chosen = torch.index_select(log_sums, 0, rows).unflatten(1, [self.key_value_heads, self.queries_per_key])
    by_part = chosen.unflatten(0, [n, -1])  # (n, width, key_value_heads, q_heads)
    return by_part.permute([0, 3, 2, 1]).flatten(0, 1).contiguous()


def batch_keys(
    self,
    x: Tensor,  # (tokens, key_value_heads, head_size)
    rows: Tensor,  # (n · width), int64
    n: int,
) -> Tensor:  # (batch, key_value_heads, width, head_size)
    """Gathers keys or values of n parts that go together, once for the query heads that share them."""
    by_part = torch.index_select(x, 0, rows).unflatten(0, [n, -1])  # (n, width, key_value_heads, head_size)
    shared = by_part.transpose(1, 2).unsqueeze(1)  # (n, 1, key_value_heads, width, head_size)
    return shared.expand([-1, self.queries_per_key, -1, -1, -1]).flatten(0, 1)


def unbatched_queries(
    self,
    x: Tensor,  # (batch, key_value_heads, width, head_size)
    n: int,
) -> Tensor:  # (n · width, heads, head_size)
    """Undoes batch_queries' layout."""
    by_part = x.unflatten(0, [n, self.queries_per_key])  # (n, q_heads, key_value_heads, width, head_size)
    return by_part.permute([0, 3, 2, 1, 4]).flatten(2, 3).flatten(0, 1)


def unbatched_log_sums(
    self,
    log_sums: Tensor,  # (batch, key_value_heads, width), float32
    n: int,
) -> Tensor:  # (n · width, heads), float32
    """Undoes batch_log_sums' layout."""
    by_part = log_sums.unflatten(0, [n, self.queries_per_key])  # (n, q_heads, key_value_heads, width)
    return by_part.permute([0, 3, 2, 1]).flatten(2, 3).flatten(0, 1)


def unbatched_key_gradients(
    self,
    x: Tensor,  # (batch, key_value_heads, width, head_size)
    n: int,
) -> Tensor:  # (n · width, key_value_heads, head_size), float32
    """Sums gradients of keys or values over the query heads that share them, and undoes batch_keys' layout."""
    by_part = x.unflatten(0, [n, self.queries_per_key])  # (n, q_heads, key_value_heads, width, head_size)
    summed = torch.sum(by_part, [1], False, dtype=self.float32)  # (n, key_value_heads, width, head_size)
    return summed.transpose(1, 2).flatten(0, 1)


def part_numbers(
    self,
    parts: Tensor,  # (parts, 5), int64
    part: int,
) -> List[int]:
    """Returns the five numbers that describe a part. AttentionPlan.Encoded says which they are."""
    row = parts.select(0, part)  # (5)
    return [int(row.select(0, i)) for i in range(5)]


def places_of(
    self,
    places: Tensor,  # (places of all parts that go together), int64
    first: int,
    padded: int,
    valid: int,
) -> List[Tensor]:  # query rows (padded), key rows (padded), indices of those that are no padding (valid); int64
    """Takes from the places what belongs to the parts of one call. padded is n · width."""
    keys = first + padded
    end = keys + padded
    return [places[first:keys], places[keys:end], places[end : end + valid]]


def attend(
    self,
    q: Tensor,  # (queries, heads, head_size)
    k: Tensor,  # (tokens, key_value_heads, head_size)
    v: Tensor,  # (tokens, key_value_heads, head_size)
    parts: Tensor,  # (parts, 5), int64
    places: Tensor,  # (places), int64
) -> List[Tensor]:  # output, the shape of q; log_sums (queries, heads), float32
    """Computes what each query attends to, and the logarithm of the sum of exponentials of its scores."""
    output = torch.zeros_like(q)
    log_sums = torch.full([q.size(0), self.heads], -inf, dtype=self.float32, device=q.device)
    for i in range(parts.size(0)):
        kind, first, second, third, fourth = self.part_numbers(parts, i)
        if kind == self.part_together:
            n = first
            width = second
            query_rows, key_rows, valid = self.places_of(places, third, n * width, fourth)
            part_output, part_sums = self.batch_attention(
                self.batch_queries(q, query_rows, n),
                self.batch_keys(k, key_rows, n),
                self.batch_keys(v, key_rows, n),
                True,
            )
            to = torch.index_select(query_rows, 0, valid)  # (valid)
            output.index_copy_(0, to, torch.index_select(self.unbatched_queries(part_output, n), 0, valid))
            log_sums.index_copy_(0, to, torch.index_select(self.unbatched_log_sums(part_sums, n), 0, valid))
        else:
            causal = kind == self.part_causal
            part_output, part_sums = self.alone(q[first:second], k[third:fourth], v[third:fourth], causal)
            output_there = output[first:second]  # (part's queries, heads, head_size)
            sums_there = log_sums[first:second]  # (part's queries, heads)
            if causal:
                output_there.copy_(part_output)
                sums_there.copy_(part_sums)
            else:
                share = torch.sigmoid(part_sums - sums_there).to(q.dtype)  # (part's queries, heads)
                output_there.lerp_(part_output, share.unsqueeze(-1))
                sums_there.copy_(torch.logaddexp(sums_there, part_sums))
    return [output, log_sums]


def attend_backward(
    self,
    made: List[Tensor],  # output, log_sums, q, k, v, in the shapes of attend
    output_gradient: Tensor,  # (queries, heads, head_size)
    parts: Tensor,  # (parts, 5), int64
    places: Tensor,  # (places), int64
) -> List[Tensor]:  # gradients of q (queries, heads, head_size); k, v (tokens, key_value_heads, head_size), float32
    """Computes the gradients of attend."""
    output, log_sums, q, k, v = made
    q_gradient = torch.zeros_like(q, dtype=self.float32)
    k_gradient = torch.zeros_like(k, dtype=self.float32)
    v_gradient = torch.zeros_like(v, dtype=self.float32)
    for i in range(parts.size(0)):
        kind, first, second, third, fourth = self.part_numbers(parts, i)
        if kind == self.part_together:
            n = first
            width = second
            query_rows, key_rows, valid = self.places_of(places, third, n * width, fourth)
            to = torch.index_select(query_rows, 0, valid)  # (valid)
            padded_gradient = torch.zeros([n * width, self.heads, self.head_size], dtype=q.dtype, device=q.device)
            padded_gradient.index_copy_(0, valid, torch.index_select(output_gradient, 0, to))
            every = torch.arange(n * width, dtype=self.int64, device=q.device)  # (n · width)
            of_q, of_k, of_v = self.batch_attention_backward(
                self.batch_queries(padded_gradient, every, n),
                self.batch_queries(q, query_rows, n),
                self.batch_keys(k, key_rows, n),
                self.batch_keys(v, key_rows, n),
                self.batch_queries(output, query_rows, n),
                self.batch_log_sums(log_sums, query_rows, n),
                True,
            )
            of_valid = torch.index_select(self.unbatched_queries(of_q, n), 0, valid)  # (valid, heads, head_size)
            q_gradient.index_add_(0, to, of_valid.to(self.float32))
            k_gradient.index_add_(0, key_rows, self.unbatched_key_gradients(of_k, n))
            v_gradient.index_add_(0, key_rows, self.unbatched_key_gradients(of_v, n))
        else:
            of_q, of_k, of_v = self.alone_backward(
                output_gradient[first:second],
                q[first:second],
                k[third:fourth],
                v[third:fourth],
                output[first:second],
                log_sums[first:second],
                kind == self.part_causal,
            )
            q_gradient[first:second].add_(of_q)
            k_gradient[third:fourth].add_(of_k)
            v_gradient[third:fourth].add_(of_v)
    return [q_gradient, k_gradient, v_gradient]
