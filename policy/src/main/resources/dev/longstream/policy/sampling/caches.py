# Caches of keys and values, and the attention to them. A cache is (layers, 2, entries, key_value_heads, columns,
# head_size): keys, then values; a column is a token.
#
# Two parts of a query's attention are merged by their log-sums, the logarithms of the sums of exponentials of
# either's scores. The second weighs 1 / (1 + exp(first_log_sum - second_log_sum)).


def packed_layer(
    self,
    w: List[Tensor],  # a layer's weights
) -> List[Tensor]:  # the same shapes
    """Rounds a layer's matrices to the type of operands, and packs them."""
    return self.packed(self.lowered(w))


def room(
    self,
    like: Tensor,  # any shape; gives the device
    rows: int,
    columns: int,
) -> Tensor:  # (layers, 2, rows, key_value_heads, columns, head_size)
    """Makes an uninitialised cache."""
    shape = [self.layers, 2, rows, self.key_value_heads, columns, self.head_size]
    return torch.empty(shape, dtype=self.float32, device=like.device)


def keep_rows(
    self,
    own: Tensor,  # (layers, 2, rows, key_value_heads, columns, head_size)
    rows: Tensor,  # (kept rows), int64
    filled: int,
) -> Tensor:  # (layers, 2, kept rows, key_value_heads, columns, head_size)
    """Copies the filled columns of the rows that stay into a smaller cache."""
    kept = self.room(own, rows.size(0), own.size(4))
    kept.slice(4, 0, filled).copy_(torch.index_select(own.slice(4, 0, filled), 2, rows))
    return kept


def weigh(
    self,
    scores: Tensor,  # (entries, key_value_heads, queries, columns)
) -> List[Tensor]:  # weights, the shape of scores; log_sums (entries, key_value_heads, queries, 1)
    """Computes the softmax of scores, and the logarithm of the sum of their exponentials."""
    weights = torch.softmax(scores, -1)
    return [weights, torch.amax(scores, [-1], True) - torch.log(torch.amax(weights, [-1], True))]


def with_bias(
    self,
    scores: Tensor,  # (entries, key_value_heads, queries, columns)
    bias: Optional[Tensor],  # (entries, 1, 1, columns)
) -> Tensor:  # the shape of scores
    """Adds a bias to scores, in place."""
    if bias is not None:
        scores = scores.add_(bias)
    return scores


def attend(
    self,
    queries: Tensor,  # (entries, key_value_heads, queries, head_size), scaled
    keys: Tensor,  # (entries, key_value_heads, columns, head_size)
    values: Tensor,  # (entries, key_value_heads, columns, head_size)
    bias: Optional[Tensor],  # (entries, 1, 1, columns)
) -> List[Tensor]:  # output, the shape of queries; log_sums (entries, key_value_heads, queries, 1)
    """Computes what queries attend to among all columns."""
    weights, log_sums = self.weigh(self.with_bias(queries @ keys.transpose(2, 3), bias))
    return [weights @ values, log_sums]


def packed_caches(
    self,
    caches: List[Tensor],  # (layers, 2, entries, key_value_heads, columns, head_size) each
    packs: bool,
) -> List[List[Tensor]]:  # for each cache none, or keys (columns, head_size), values (head_size, columns), and so on
    """Copies long caches into packed matrices: keys, then values, of each layer, entry and head in turn.

    Caches with few columns are not copied, nor is any when packs is False, since there is no memory for copies then.
    """
    all: List[List[Tensor]] = []
    for c in range(len(caches)):
        heads: List[Tensor] = []
        if packs and self.can_pack() and caches[c].size(4) >= self.min_packed_columns:
            # (layers · entries, 2, key_value_heads, columns, head_size)
            by_entry = caches[c].transpose(1, 2).flatten(0, 1)
            for i in range(by_entry.size(0)):
                for head in range(self.key_value_heads):
                    keys = by_entry.select(0, i).select(0, 0).select(0, head)  # (columns, head_size)
                    values = by_entry.select(0, i).select(0, 1).select(0, head)  # (columns, head_size)
                    heads = heads + self.packed([keys, values.t()])
        all.append(heads)
    return all


def by_heads(
    self,
    x: Tensor,  # (entries, key_value_heads, queries, inputs)
    packed: List[Tensor],  # what packed_caches returned for one cache
    first: int,
) -> Tensor:  # (entries, key_value_heads, queries, outputs)
    """Multiplies each entry's and head's matrix with every second packed matrix, from first on."""
    products: List[Tensor] = []
    flat = x.flatten(0, 1)  # (entries · key_value_heads, queries, inputs)
    for i in range(flat.size(0)):
        products.append(self.product(flat.select(0, i), packed[first + 2 * i], None))
    return torch.stack(products).unflatten(0, [-1, self.key_value_heads])


def attend_cache(
    self,
    queries: Tensor,  # (entries, key_value_heads, queries, head_size), scaled
    cache: Tensor,  # (layers, 2, entries, key_value_heads, columns, head_size)
    packed: List[Tensor],  # what packed_caches returned for the cache
    layer: int,
    bias: Optional[Tensor],  # (entries, 1, 1, columns)
) -> List[Tensor]:  # output, the shape of queries; log_sums (entries, key_value_heads, queries, 1)
    """Computes what queries attend to in one layer of a cache."""
    if len(packed) == 0:
        of_layer = cache.select(0, layer)  # (2, entries, key_value_heads, columns, head_size)
        output, log_sums = self.attend(queries, of_layer.select(0, 0), of_layer.select(0, 1), bias)
    else:
        first = layer * 2 * queries.size(0) * self.key_value_heads
        weights, log_sums = self.weigh(self.with_bias(self.by_heads(queries, packed, first), bias))
        output = self.by_heads(weights, packed, first + 1)
    return [output, log_sums]


def merge(
    self,
    first: Tensor,  # (..., head_size)
    first_log_sums: Tensor,  # (..., 1)
    second: Tensor,  # (..., head_size)
    second_log_sums: Tensor,  # (..., 1)
) -> List[Tensor]:  # output (..., head_size), log_sums (..., 1)
    """Merges two parts of the same queries' attention."""
    share = torch.sigmoid(second_log_sums - first_log_sums)  # (..., 1)
    return [torch.lerp(first, second, share), torch.logaddexp(first_log_sums, second_log_sums)]
