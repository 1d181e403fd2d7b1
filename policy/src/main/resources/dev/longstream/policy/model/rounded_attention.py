# The attention of one part where operands are rounded: matrix products of blocks of queries with tiles of keys, all
# in the operands' type, which processors compute several times as fast as their attention kernel does.
#
# Such products round their results, too, and a score of 50 rounded to eight bits is wrong by a tenth. So scores are
# never made. Each query has two more components that hold a shift c, each key has -1 in their place, and the product
# rounds s - c instead. Forward, c is the largest of the query's scores; backward it is the log-sum z, for P = exp(s -
# z). Either way rounding errs least where P is large: by at most |s - c| / 256 of P, which itself is rounded by as
# much. Backward, the gradient of P less its mean D = Σ go · o gets the same treatment:
#
#   forward    P = exp(q · k - c)    o = P v / Σ P    z = c + log Σ P
#   backward   P = exp(q · k - z)    S' = P · (go · v - D)    gv = Pᵀ go    gk = S'ᵀ q    gq = S' k
#
# Sums over P, over tiles and over blocks are float32. Query heads that share a key head are rows of one matrix
# ("folded"), so that a product has more rows and gradients of keys are summed over them in it. Backward, P is made
# transposed: of three products with it one wants the other form.
#
# Shapes: q_heads = queries_per_key; rows = tokens · q_heads, token by token; wide = head_size + 2. Gradients are
# float32, everything else has the type of the operands unless a comment says float32.


def folded(
    self,
    x: Tensor,  # (tokens, heads, size)
) -> Tensor:  # (key_value_heads, rows, size)
    """Lays out query heads that share a key head as rows of one matrix."""
    # (tokens, key_value_heads, q_heads, size)
    by_key_head = x.unflatten(1, [self.key_value_heads, self.queries_per_key])
    return by_key_head.permute([1, 0, 2, 3]).flatten(1, 2)


def unfolded(
    self,
    x: Tensor,  # (key_value_heads, rows, size)
) -> Tensor:  # (tokens, heads, size)
    """Undoes folded."""
    return x.unflatten(1, [-1, self.queries_per_key]).permute([1, 0, 2, 3]).flatten(1, 2)


def with_shift(
    self,
    x: Tensor,  # (key_value_heads, rows, head_size)
    shift: Tensor,  # (key_value_heads, rows, 1), float32
) -> Tensor:  # (key_value_heads, rows, wide)
    """Appends a row's shift in two rounded pieces. A product with a less_shift operand is smaller by the shift."""
    return torch.cat([x, self.in_two(shift, x.dtype)], -1)


def less_shift(
    self,
    x: Tensor,  # (key_value_heads, tokens, head_size)
) -> Tensor:  # (key_value_heads, tokens, wide)
    """Appends two components of -1, the counterpart of with_shift."""
    return torch.cat([x, x.new_full([x.size(0), x.size(1), 2], -1.0)], -1)


def queries_at_once(self, queries: int, keys: int) -> int:
    """Returns how many queries form a block, so that a block with a tile of keys stays in the processor's caches."""
    fitting = max(self.min_block_queries, self.block_scores // (self.heads * min(keys, self.tile_keys)))
    return min(queries, min(self.tile_keys, fitting))


def block_view(
    self,
    buffer: Tensor,  # (at least key_value_heads · rows · columns)
    rows: int,
    columns: int,
) -> Tensor:  # (key_value_heads, rows, columns)
    """Views the beginning of a buffer as one matrix per key head."""
    return buffer[: self.key_value_heads * rows * columns].view([self.key_value_heads, rows, columns])


def key_bounds(self, start: int, stop: int, keys: int, causal: bool) -> List[int]:
    """For queries start to stop, returns [first key that needs the causal mask, end of the keys that they see]."""
    first_masked = keys
    end = keys
    if causal:
        first_masked = start
        end = stop
    return [first_masked, end]


def tile_end(self, start: int, first_masked: int, end: int) -> int:
    """Returns where a tile of keys ends: before the first masked key, or at the last key."""
    stop = min(start + self.tile_keys, end)
    if start < first_masked:
        stop = min(stop, first_masked)
    return stop


def causal_mask(
    self,
    q: Tensor,  # any shape; gives type and device
    queries: int,
) -> Tensor:  # (queries · q_heads, queries), 0 or -inf
    """Makes the mask of a block of queries against the keys at their own places."""
    places = torch.arange(queries, dtype=self.int64, device=q.device)  # (queries)
    later = places > torch.repeat_interleave(places, self.queries_per_key).unsqueeze(1)  # (queries · q_heads, queries)
    return q.new_zeros(later.size()).masked_fill(later, -inf)


def masked(
    self,
    scores: Tensor,  # (key_value_heads, rows, columns)
    mask: Tensor,  # (at least rows, at least columns)
) -> Tensor:  # (key_value_heads, rows, columns)
    """Adds the mask's upper left corner to scores, in place."""
    return scores.add_(mask[: scores.size(1), : scores.size(2)])


def row_maxima(
    self,
    rows: Tensor,  # (key_value_heads, rows, head_size)
    k: Tensor,  # (key_value_heads, keys, wide)
    buffer: Tensor,  # (at least key_value_heads · rows · tile)
    mask: Tensor,  # (at least rows, at least columns of a masked tile)
    first_masked: int,
    end: int,
) -> Tensor:  # (key_value_heads, rows, 1)
    """Finds the largest score of each row, tile by tile."""
    count = rows.size(1)
    largest = rows.new_full([self.key_value_heads, count, 1], -inf)
    key = 0
    while key < end:
        key_end = self.tile_end(key, first_masked, end)
        scores = self.block_view(buffer, count, key_end - key)  # (key_value_heads, rows, tile)
        tile = k[:, key:key_end, : self.head_size]  # (key_value_heads, tile, head_size)
        scores = torch.bmm(rows, tile.transpose(1, 2), out=scores)
        if key >= first_masked:
            scores = self.masked(scores, mask)
        largest = torch.maximum(largest, torch.amax(scores, [-1], True))
        key = key_end
    return largest


def alone(
    self,
    q: Tensor,  # (queries, heads, head_size), scaled
    k: Tensor,  # (keys, key_value_heads, head_size)
    v: Tensor,  # (keys, key_value_heads, head_size)
    causal: bool,
) -> List[Tensor]:  # output (queries, heads, head_size); log_sums (queries, heads), float32
    """Computes one part by itself. Where it is causal, there are as many keys as queries."""
    queries = q.size(0)
    keys = k.size(0)
    q = self.folded(q)  # (key_value_heads, queries · q_heads, head_size)
    k = self.less_shift(k.transpose(0, 1))  # (key_value_heads, keys, wide)
    v = v.transpose(0, 1).contiguous()  # (key_value_heads, keys, head_size)
    output = torch.empty_like(q)
    log_sums = q.new_empty([q.size(0), q.size(1), 1], dtype=self.float32)
    at_once = self.queries_at_once(queries, keys)
    buffer = q.new_empty([self.heads * at_once * min(keys, self.tile_keys)])
    mask = self.causal_mask(q, at_once)
    start = 0
    while start < queries:
        stop = min(start + at_once, queries)
        first_masked, end = self.key_bounds(start, stop, keys, causal)
        first_row = start * self.queries_per_key
        end_row = stop * self.queries_per_key
        rows = q[:, first_row:end_row]  # (key_value_heads, rows, head_size)
        largest = self.row_maxima(rows, k, buffer, mask, first_masked, end)  # (key_value_heads, rows, 1)
        rows = self.with_shift(rows, largest.to(self.float32))  # (key_value_heads, rows, wide)
        count = rows.size(1)
        sum = torch.zeros_like(largest, dtype=self.float32)  # (key_value_heads, rows, 1)
        weighted = q.new_zeros([self.key_value_heads, count, self.head_size], dtype=self.float32)
        key = 0
        while key < end:
            key_end = self.tile_end(key, first_masked, end)
            p = self.block_view(buffer, count, key_end - key)  # (key_value_heads, rows, tile)
            p = torch.bmm(rows, k[:, key:key_end].transpose(1, 2), out=p)
            if key >= first_masked:
                p = self.masked(p, mask)
            p = torch.exp_(p)
            sum.add_(torch.sum(p, [-1], True, dtype=self.float32))
            weighted.add_(torch.bmm(p, v[:, key:key_end]))
            key = key_end
        output[:, first_row:end_row].copy_(weighted / sum)
        log_sums[:, first_row:end_row].copy_(torch.log(sum) + largest)
        start = stop
    return [self.unfolded(output), self.unfolded(log_sums).squeeze(-1)]


def alone_backward(
    self,
    output_gradient: Tensor,  # (queries, heads, head_size)
    q: Tensor,  # (queries, heads, head_size), scaled
    k: Tensor,  # (keys, key_value_heads, head_size)
    v: Tensor,  # (keys, key_value_heads, head_size)
    output: Tensor,  # (queries, heads, head_size)
    log_sums: Tensor,  # (queries, heads), float32
    causal: bool,
) -> List[Tensor]:  # gradients of q (queries, heads, head_size); k, v (keys, key_value_heads, head_size), float32
    """Computes the gradients of one part by itself. output and log_sums are those of all parts together."""
    queries = q.size(0)
    keys = k.size(0)
    mean = torch.sum(output_gradient.to(self.float32) * output, [-1], True)  # (queries, heads, 1), float32
    # both (key_value_heads, queries · q_heads, wide)
    q = self.with_shift(self.folded(q), self.folded(log_sums.unsqueeze(-1)))
    output_gradient = self.with_shift(self.folded(output_gradient), self.folded(mean))
    k = self.less_shift(k.transpose(0, 1))  # (key_value_heads, keys, wide)
    v = self.less_shift(v.transpose(0, 1))  # (key_value_heads, keys, wide)
    q_gradient = q.new_zeros([self.key_value_heads, q.size(1), self.head_size], dtype=self.float32)
    k_gradient = k.new_zeros([self.key_value_heads, keys, self.head_size], dtype=self.float32)
    v_gradient = torch.zeros_like(k_gradient)
    at_once = self.queries_at_once(queries, keys)
    p_buffer = q.new_empty([self.heads * at_once * min(keys, self.tile_keys)])
    score_buffer = torch.empty_like(p_buffer)
    mask = self.causal_mask(q, at_once).t().contiguous()  # (at_once, at_once · q_heads)
    start = 0
    while start < queries:
        stop = min(start + at_once, queries)
        first_masked, end = self.key_bounds(start, stop, keys, causal)
        first_row = start * self.queries_per_key
        end_row = stop * self.queries_per_key
        rows = q[:, first_row:end_row]  # (key_value_heads, rows, wide)
        row_gradients = output_gradient[:, first_row:end_row]  # (key_value_heads, rows, wide)
        count = rows.size(1)
        key = 0
        while key < end:
            key_end = self.tile_end(key, first_masked, end)
            tile = k[:, key:key_end]  # (key_value_heads, tile, wide)
            p = self.block_view(p_buffer, key_end - key, count)  # (key_value_heads, tile, rows)
            score_gradient = self.block_view(score_buffer, key_end - key, count)  # (key_value_heads, tile, rows)
            p = torch.bmm(tile, rows.transpose(1, 2), out=p)
            if key >= first_masked:
                p = self.masked(p, mask)
            p = torch.exp_(p)
            score_gradient = torch.bmm(v[:, key:key_end], row_gradients.transpose(1, 2), out=score_gradient).mul_(p)
            v_gradient[:, key:key_end].add_(torch.bmm(p, row_gradients[:, :, : self.head_size]))
            k_gradient[:, key:key_end].add_(torch.bmm(score_gradient, rows[:, :, : self.head_size]))
            q_gradient[:, first_row:end_row].add_(
                torch.bmm(score_gradient.transpose(1, 2), tile[:, :, : self.head_size])
            )
            key = key_end
        start = stop
    return [self.unfolded(q_gradient), k_gradient.transpose(0, 1), v_gradient.transpose(0, 1)]
