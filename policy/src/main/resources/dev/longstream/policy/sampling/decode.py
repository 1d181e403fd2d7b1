# Decodes answers. R rows, one for each answer, come in cohorts; all of a cohort's answers have the same length.
#
# A row attends to three caches in turn, together with all rows that see the same columns, in one product: its
# cohort's prefix (one entry, possibly without columns), the cohort's prompts (padded to the longest), and its own
# columns, which begin with the prompt's last token.
#
# A cohort is the list of tensors that DecodeInputs makes:
#
#   prefix         (layers, 2, prefix entries, key_value_heads, prefix columns, head_size)
#   shared         (layers, 2, prompts, key_value_heads, prompt columns, head_size)
#   own            (layers, 2, rows, key_value_heads, own columns, head_size)
#   entries        (S), int64: prompts that have unfinished answers
#   lengths        (S), int64: tokens of each in shared
#   cell_rows      (S · G), int64: row of cell s · G + j, the j-th answer of the s-th of these prompts
#   row_cells      (rows), int64: cell of each row
#   place          (3), int64: entry of the prefix, its columns, filled own columns
#
# prepared replaces it, for one call, by the list prefix (one entry), shared (S entries), own, bias (S, 1, 1, prompt
# columns), cell_rows, row_cells.
#
# All weights are those of the model with the layers' matrices packed. The output head follows them, packed too, even
# where it is the embedding.
#
# Shapes: q_heads = queries_per_key; rows are those of one cohort, R those of all.


def prepared(
    self,
    cohort: List[Tensor],  # a cohort
) -> List[Tensor]:  # a prepared cohort
    """Takes from a cohort's caches what its unfinished answers see, and masks padding by a bias."""
    prefix, shared, own, entries, lengths, cell_rows, row_cells, place = cohort
    entry = int(place.select(0, 0))
    columns = int(place.select(0, 1))
    prefix = prefix.slice(2, entry, entry + 1).slice(4, 0, columns)
    if shared.size(2) != entries.size(0):
        shared = torch.index_select(shared, 2, entries)
    column = torch.arange(shared.size(4), dtype=self.int64, device=shared.device)  # (prompt columns)
    bias = (column >= lengths.unsqueeze(1)).to(self.float32) * -1e30  # (S, prompt columns)
    return [prefix, shared, own, bias.view([lengths.size(0), 1, 1, -1]), cell_rows, row_cells]


def filled_columns(
    self,
    cohort: List[Tensor],  # a cohort
) -> int:
    """Returns how many own columns of a cohort's rows are filled."""
    return int(cohort[7].select(0, 2))


def rows_of_cells(
    self,
    cells: Tensor,  # (S, key_value_heads, G · q_heads, size)
    row_cells: Tensor,  # (rows), int64
) -> Tensor:  # (rows, heads, size)
    """Gathers rows from the layout in which answers to one prompt are together."""
    size = cells.size(3)
    by_head = cells.view([cells.size(0), self.key_value_heads, -1, self.queries_per_key, size])
    by_cell = by_head.transpose(1, 2).reshape([-1, self.heads, size])  # (S · G, heads, size)
    return torch.index_select(by_cell, 0, row_cells)


def attend_cohort(
    self,
    projected: List[Tensor],  # scaled queries (rows, heads, head_size); keys, values (rows, key_value_heads, head_size)
    cohort: List[Tensor],  # a prepared cohort
    packed_prefix: List[Tensor],  # what packed_caches returned for the prefix
    packed_shared: List[Tensor],  # what packed_caches returned for the prompts
    layer: int,
    column: int,
) -> Tensor:  # (rows, heads, head_size)
    """Stores the rows' new keys and values in a column, and computes what the rows attend to in one layer."""
    queries, new_keys, new_values = projected
    prefix, shared, own, bias, cell_rows, row_cells = cohort
    rows = own.size(2)
    keys = own.select(0, layer).select(0, 0)  # (rows, key_value_heads, own columns, head_size)
    values = own.select(0, layer).select(0, 1)  # the shape of keys
    keys.select(2, column).copy_(new_keys)
    values.select(2, column).copy_(new_values)
    by_row = queries.view([rows, self.key_value_heads, self.queries_per_key, self.head_size])
    output, log_sums = self.attend(by_row, keys.slice(2, 0, column + 1), values.slice(2, 0, column + 1), None)
    output = output.view([rows, self.heads, self.head_size])
    log_sums = log_sums.view([rows, self.heads, 1])

    prompts = shared.size(2)
    answers = cell_rows.size(0) // prompts
    by_cell = torch.index_select(queries, 0, cell_rows)  # (S · G, heads, head_size)
    cells = by_cell.view([prompts, answers, self.key_value_heads, self.queries_per_key, self.head_size])
    cells = cells.transpose(1, 2).reshape(
        [prompts, self.key_value_heads, answers * self.queries_per_key, self.head_size]
    )
    shared_output, shared_sums = self.attend_cache(cells, shared, packed_shared, layer, bias)
    output, log_sums = self.merge(
        output, log_sums, self.rows_of_cells(shared_output, row_cells), self.rows_of_cells(shared_sums, row_cells)
    )

    if prefix.size(4) > 0:
        together = by_row.transpose(0, 1).reshape(
            [1, self.key_value_heads, rows * self.queries_per_key, self.head_size]
        )
        above, above_sums = self.attend_cache(together, prefix, packed_prefix, layer, None)
        above = above.view([self.key_value_heads, rows, self.queries_per_key, self.head_size]).transpose(0, 1)
        above_sums = above_sums.view([self.key_value_heads, rows, self.queries_per_key, 1]).transpose(0, 1)
        output, log_sums = self.merge(
            output,
            log_sums,
            above.reshape([rows, self.heads, self.head_size]),
            above_sums.reshape([rows, self.heads, 1]),
        )
    return output


def hidden(
    self,
    w: List[Tensor],  # all weights
    cohorts: List[List[Tensor]],  # prepared cohorts
    packed_prefixes: List[List[Tensor]],  # what packed_caches returned for their prefixes
    packed_shared: List[List[Tensor]],  # what packed_caches returned for their prompts
    columns: List[int],
    tokens: Tensor,  # (R), int64
    rotation: List[Tensor],  # cos, sin (R, 1, head_size)
) -> Tensor:  # (R, hidden)
    """Computes the last layer's output for one token of every row; its keys and values go to the cohort's column."""
    cos, sin = rotation
    x = torch.embedding(w[0], tokens)  # (R, hidden)
    for layer in range(self.layers):
        layer_weights = self.layer_weights(w, layer)
        queries, keys, values = self.project(layer_weights, x, cos, sin)
        queries = queries * self.attention_scale
        attended: List[Tensor] = []
        first = 0
        for c in range(len(cohorts)):
            end = first + cohorts[c][2].size(2)
            projected = [queries[first:end], keys[first:end], values[first:end]]
            attended.append(
                self.attend_cohort(projected, cohorts[c], packed_prefixes[c], packed_shared[c], layer, columns[c])
            )
            first = end
        x = self.finish(layer_weights, x, torch.cat(attended))
    return x


def decode(
    self,
    w: List[Tensor],  # all weights, then the output head (vocabulary, hidden)
    cohorts: List[List[Tensor]],  # cohorts, R rows in all
    packs: bool,
    frequencies: Tensor,  # (head_size / 2), float64
    rows: List[Tensor],  # last, positions, temperature, greedy, top_k, top_p, left; see below
    cuts: bool,
    uniforms: Tensor,  # (R, steps), float64, in [0, 1)
    stops: Tensor,  # (vocabulary), int64, 1 for tokens that end an answer
) -> List[Tensor]:  # tokens, int64; log-probabilities under the behaviour policy, the policy; (R, steps taken) each
    """Draws up to steps tokens for every row. Ends earlier when all rows have stopped.

    Of every row, rows has the last token (R), that token's position (R), temperature (R, 1), whether it is greedy (R),
    top_k (R, 1), top_p (R, 1) and the number of tokens that its answer may still have (R).
    """
    last, positions, temperature, greedy, top_k, top_p, left = rows
    ready = [self.prepared(cohort) for cohort in cohorts]
    filled = [self.filled_columns(cohort) for cohort in cohorts]
    packed_prefixes = self.packed_caches([cohort[0] for cohort in ready], packs)
    packed_shared = self.packed_caches([cohort[1] for cohort in ready], packs)
    tokens: List[Tensor] = []
    behaviour: List[Tensor] = []
    policy: List[Tensor] = []
    is_greedy = greedy > 0  # (R)
    going = left > 0  # (R)
    step = 0
    goes_on = True
    while goes_on:
        rotation = self.rotation((positions + step).unsqueeze(-1), frequencies)
        columns = [column + step for column in filled]
        x = self.hidden(w, ready, packed_prefixes, packed_shared, columns, last, rotation)  # (R, hidden)
        logits = self.linear(self.final_norm(w, x), w[-1], None)  # (R, vocabulary)
        last, of_behaviour, of_policy = self.draw(
            logits, temperature, is_greedy, top_k, top_p, cuts, uniforms.select(1, step)
        )
        tokens.append(last)
        behaviour.append(of_behaviour)
        policy.append(of_policy)
        step = step + 1
        going = torch.logical_and(going, torch.index_select(stops, 0, last) == 0)
        going = torch.logical_and(going, left > step)
        goes_on = step < uniforms.size(1) and bool(torch.any(going))
    return [torch.stack(tokens, 1), torch.stack(behaviour, 1), torch.stack(policy, 1)]


def read_again(
    self,
    w: List[Tensor],  # all weights
    cohorts: List[List[Tensor]],  # cohorts, R rows in all
    packs: bool,
    frequencies: Tensor,  # (head_size / 2), float64
    tokens: Tensor,  # (R, filled columns), int64
    positions: Tensor,  # (R), int64: of the first token
) -> int:
    """Computes the rows' own keys and values for tokens that are known, in place."""
    ready = [self.prepared(cohort) for cohort in cohorts]
    filled = [self.filled_columns(cohort) for cohort in cohorts]
    packed_prefixes = self.packed_caches([cohort[0] for cohort in ready], packs)
    packed_shared = self.packed_caches([cohort[1] for cohort in ready], packs)
    for step in range(tokens.size(1)):
        rotation = self.rotation((positions + step).unsqueeze(-1), frequencies)
        columns = [column + step for column in filled]
        self.hidden(w, ready, packed_prefixes, packed_shared, columns, tokens.select(1, step), rotation)
    return 0
