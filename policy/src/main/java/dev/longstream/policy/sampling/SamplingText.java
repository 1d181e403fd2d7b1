package dev.longstream.policy.sampling;

/**
 * TorchScript methods for sampling, on top of the forward pass. S groups share P columns of keys and values a group (their prompts but for
 * the last token, padded); R rows, the answers, have A columns each of their own, beginning with the prompt's last token. Caches are
 * (layers, 2, S or R, keyValueHeads, P or A, headSize): keys, then values.
 *
 * <p>{@code decode} computes every row's next token until all have stopped. A row's attention is that to its group's columns, all rows of
 * the group in one product, merged with that to its own: with z the logarithm of the sum of exponentials of either's scores, the first weighs
 * 1 / (1 + exp(z_own − z_shared)).
 *
 * <p>{@code least} is the probability of the least likely token that a cut keeps, (R, 1), 0 where nothing is cut: what is as likely is kept
 * too. {@code by_columns} changes how matrices lie in memory, not what is in them: products of few rows are up to twice as fast.
 */
final class SamplingText {
    /** Of so many likeliest tokens a cut is looked for first; where that is not enough all are sorted, which takes ten times as long. */
    private static final int LIKELIEST = 512;

    private static final String TEXT =
            """
            def prefill(self: __torch__.Policy, w: List[Tensor], tokens: Tensor, frequencies: Tensor, at_once: int) -> Tensor:
              device = ops.prim.device(tokens)
              b = torch.size(tokens, 0)
              t = torch.size(tokens, 1)
              cache = torch.empty([$layers$, 2, b, $keyValueHeads$, t, $headSize$], dtype=6, layout=None, device=device, pin_memory=None, memory_format=None)
              start = 0
              while torch.lt(start, t):
                part = torch.slice(tokens, 1, start, start + at_once)
                stop = start + torch.size(part, 1)
                positions = torch.arange(start, stop, dtype=4, layout=None, device=device, pin_memory=None)
                columns = torch.arange(stop, dtype=4, layout=None, device=device, pin_memory=None)
                cos, sin, = (self).turns(torch.unsqueeze(positions, -1), frequencies)
                later = torch.gt(columns, torch.unsqueeze(positions, 1))
                x = torch.embedding(w[0], part)
                for i in range($layers$):
                  v = (self).layer_weights(w, i)
                  queries, new_keys, new_values, = (self).project(v, x, cos, sin)
                  keys = torch.select(torch.select(cache, 0, i), 0, 0)
                  values = torch.select(torch.select(cache, 0, i), 0, 1)
                  torch.copy_(torch.slice(keys, 2, start, stop), torch.transpose(new_keys, 1, 2))
                  torch.copy_(torch.slice(values, 2, start, stop), torch.transpose(new_values, 1, 2))
                  if torch.lt(i, $layers$ - 1):
                    queries = torch.transpose(queries, 1, 2)
                    keys = (self).spread(torch.slice(keys, 2, 0, stop))
                    values = (self).spread(torch.slice(values, 2, 0, stop))
                    if torch.eq(start, 0):
                      attended = torch.scaled_dot_product_attention(queries, keys, values, None, 0., True)
                    else:
                      attended = torch.scaled_dot_product_attention(queries, keys, values, torch.mul(torch.to(later, 6), -1e30), 0., False)
                    x = (self).finish(v, x, torch.transpose(attended, 1, 2))
                start = stop
              return cache
            def by_columns(self: __torch__.Policy, w: List[Tensor]) -> int:
              for i in range(torch.len(w)):
                if torch.eq(torch.dim(w[i]), 2):
                  turned = torch.set_(w[i], torch.t(torch.contiguous(torch.t(w[i]))))
              return 0
            def rebuild(self: __torch__.Policy, cache: Tensor, kept: Tensor, added: List[Tensor], entries: int, columns: int) -> Tensor:
              rebuilt = torch.zeros([$layers$, 2, entries, $keyValueHeads$, columns, $headSize$], dtype=6, layout=None, device=ops.prim.device(cache), pin_memory=None)
              n = torch.size(kept, 0)
              c = ops.prim.min(torch.size(cache, 4), columns)
              if torch.gt(n, 0):
                torch.copy_(torch.slice(torch.slice(rebuilt, 2, 0, n), 4, 0, c), torch.slice(torch.index_select(cache, 2, kept), 4, 0, c))
              for i in range(torch.len(added)):
                more = added[i]
                m = n + torch.size(more, 2)
                torch.copy_(torch.slice(torch.slice(rebuilt, 2, n, m), 4, 0, torch.size(more, 4)), more)
                n = m
              return rebuilt
            def attend(self: __torch__.Policy, queries: Tensor, keys: Tensor, values: Tensor, bias: Tensor) -> List[Tensor]:
              s = torch.add_(torch.matmul(queries, torch.transpose(keys, 2, 3)), bias)
              weights = torch.softmax(s, -1)
              z = torch.sub(torch.amax(s, [-1], True), torch.log(torch.amax(weights, [-1], True)))
              return [torch.matmul(weights, values), z]
            def next_logits(self: __torch__.Policy, w: List[Tensor], shared: Tensor, own: Tensor, shared_bias: Tensor, cell_rows: Tensor, row_cells: Tensor, rows: Tensor, last: Tensor, frequencies: Tensor, prompt_lengths: Tensor, lengths: Tensor, columns: int) -> Tensor:
              r = torch.size(last, 0)
              s = torch.size(shared, 2)
              g = torch.floordiv(torch.size(cell_rows, 0), s)
              cos, sin, = (self).turns(torch.unsqueeze(torch.add(prompt_lengths, lengths), -1), frequencies)
              column = torch.arange(columns, dtype=4, layout=None, device=ops.prim.device(last), pin_memory=None)
              own_bias = torch.mul(torch.to(torch.gt(column, torch.unsqueeze(lengths, 1)), 6), -1e30)
              own_bias = torch.view(own_bias, [r, 1, 1, columns])
              x = torch.embedding(w[0], last)
              for i in range($layers$):
                v = (self).layer_weights(w, i)
                queries, new_keys, new_values, = (self).project(v, x, cos, sin)
                mine = torch.select(own, 0, i)
                theirs = torch.select(shared, 0, i)
                torch.index_put_(mine, [None, rows, None, lengths], torch.stack([new_keys, new_values], 1))
                queries = torch.mul(queries, $attentionScale$)
                cells = torch.view(torch.index_select(queries, 0, cell_rows), [s, g, $keyValueHeads$, $queriesPerKey$, $headSize$])
                cells = torch.reshape(torch.transpose(cells, 1, 2), [s, $keyValueHeads$, g * $queriesPerKey$, $headSize$])
                of_shared, z_shared, = (self).attend(cells, torch.select(theirs, 0, 0), torch.select(theirs, 0, 1), shared_bias)
                of_own, z_own, = (self).attend(torch.view(queries, [r, $keyValueHeads$, $queriesPerKey$, $headSize$]), torch.slice(torch.select(mine, 0, 0), 2, 0, columns), torch.slice(torch.select(mine, 0, 1), 2, 0, columns), own_bias)
                of_shared = (self).of_rows(of_shared, row_cells, s, g)
                z_shared = (self).of_rows(z_shared, row_cells, s, g)
                of_own = torch.view(of_own, [r, $heads$, $headSize$])
                share = torch.sigmoid(torch.sub(z_shared, torch.view(z_own, [r, $heads$, 1])))
                x = (self).finish(v, x, torch.lerp(of_own, of_shared, share))
              return torch.linear((self).final_norm(w, x), (self).output_head(w))
            def of_rows(self: __torch__.Policy, cells: Tensor, row_cells: Tensor, s: int, g: int) -> Tensor:
              y = torch.transpose(torch.view(cells, [s, $keyValueHeads$, g, $queriesPerKey$, -1]), 1, 2)
              return torch.index_select(torch.reshape(y, [s * g, $heads$, torch.size(cells, 3)]), 0, row_cells)
            def least(self: __torch__.Policy, likely: Tensor, top_k: Tensor, top_p: Tensor) -> Tensor:
              n = torch.size(likely, 1)
              m = ops.prim.min(n, $likeliest$)
              total = torch.sum(likely, [-1], True)
              limited = torch.lt(top_k, n)
              cuts = torch.logical_or(limited, torch.lt(top_p, 1))
              falling, order, = torch.topk(likely, m, -1, True, True)
              reached = torch.ge(torch.sum(falling, [-1], True), torch.mul(top_p, total))
              enough = torch.where(limited, torch.le(top_k, m), reached)
              if not bool(torch.all(torch.logical_or(enough, torch.logical_not(cuts)))):
                falling, order, = torch.sort(likely, dim=-1, descending=True)
              rank = torch.arange(torch.size(falling, 1), dtype=4, layout=None, device=ops.prim.device(likely), pin_memory=None)
              falling = torch.mul(falling, torch.lt(rank, top_k))
              so_far = torch.cumsum(falling, -1)
              total = torch.where(limited, torch.slice(so_far, 1, -1), total)
              kept = torch.logical_and(torch.lt(torch.sub(so_far, falling), torch.mul(top_p, total)), torch.gt(falling, 0))
              last = torch.clamp(torch.sub(torch.sum(kept, [-1], True), 1), 0)
              return torch.mul(torch.gather(falling, 1, last), cuts)
            def draw(self: __torch__.Policy, logits: Tensor, temperature: Tensor, greedy: Tensor, top_k: Tensor, top_p: Tensor, cut: bool, u: Tensor) -> List[Tensor]:
              policy = torch.log_softmax(logits, -1)
              drawn = torch.log_softmax(torch.div(logits, temperature), -1)
              likely = torch.exp(torch.to(drawn, 7))
              if cut:
                likely = torch.mul(likely, torch.ge(likely, (self).least(likely, top_k, top_p)))
              sums = torch.cumsum(likely, -1)
              total = torch.slice(sums, 1, -1)
              choice = torch.searchsorted(sums, torch.mul(torch.unsqueeze(u, 1), total), out_int32=False, right=True)
              choice = torch.clamp(choice, None, torch.size(sums, 1) - 1)
              behaviour = torch.sub(torch.gather(drawn, 1, choice), torch.to(torch.log(total), 6))
              token = torch.where(greedy, torch.argmax(logits, -1), torch.squeeze(choice, 1))
              behaviour = torch.where(greedy, torch.zeros_like(u, dtype=6), torch.squeeze(behaviour, 1))
              policy = torch.squeeze(torch.gather(policy, 1, torch.unsqueeze(token, 1)), 1)
              return [token, behaviour, policy]
            def decode(self: __torch__.Policy, w: List[Tensor], shared: Tensor, own: Tensor, shared_lengths: Tensor, cell_rows: Tensor, row_cells: Tensor, frequencies: Tensor, last: Tensor, prompt_lengths: Tensor, lengths: Tensor, columns: int, temperature: Tensor, greedy: Tensor, top_k: Tensor, top_p: Tensor, cut: bool, u: Tensor, stops: Tensor, left: Tensor) -> List[Tensor]:
              device = ops.prim.device(last)
              tokens = annotate(List[Tensor], [])
              behaviour = annotate(List[Tensor], [])
              policy = annotate(List[Tensor], [])
              rows = torch.arange(torch.size(last, 0), dtype=4, layout=None, device=device, pin_memory=None)
              shared_column = torch.arange(torch.size(shared, 4), dtype=4, layout=None, device=device, pin_memory=None)
              shared_bias = torch.mul(torch.to(torch.ge(shared_column, torch.unsqueeze(shared_lengths, 1)), 6), -1e30)
              shared_bias = torch.view(shared_bias, [torch.size(shared, 2), 1, 1, -1])
              greedy = torch.gt(greedy, 0)
              going = torch.gt(left, 0)
              step = 0
              goes_on = True
              while goes_on:
                logits = (self).next_logits(w, shared, own, shared_bias, cell_rows, row_cells, rows, last, frequencies, prompt_lengths, lengths, columns + step + 1)
                last, b, p, = (self).draw(logits, temperature, greedy, top_k, top_p, cut, torch.select(u, 1, step))
                tokens = torch.append(tokens, last)
                behaviour = torch.append(behaviour, b)
                policy = torch.append(policy, p)
                lengths = torch.add(lengths, 1)
                step = step + 1
                going = torch.logical_and(going, torch.eq(torch.index_select(stops, 0, last), 0))
                going = torch.logical_and(going, torch.gt(left, step))
                goes_on = torch.lt(step, torch.size(u, 1)) and bool(torch.any(going))
              return [torch.stack(tokens, 1), torch.stack(behaviour, 1), torch.stack(policy, 1)]
            """;

    static final String METHODS = TEXT.replace("$likeliest$", Integer.toString(LIKELIEST));

    private SamplingText() {}
}
