package dev.longstream.policy.sampling;

import dev.longstream.policy.model.ComputeType;
import dev.longstream.policy.model.RoundedAttentionText;

/**
 * TorchScript methods for sampling, on top of the forward pass. Caches are (layers, 2, entries, keyValueHeads, columns, headSize): keys, then
 * values.
 *
 * <p>Of the weights {@code w} the layers' matrices are packed; after all of them comes the output head, packed too, even if it is the embedding.
 *
 * <p>{@code decode} computes the next token of R rows, the answers, until all have stopped. They come in cohorts; of each there are the cache
 * of a prefix (one entry, or no column at all), that of S prompts (padded to the longest) and that of its rows, whose columns begin with the
 * prompt's last token and are as many for all. A row attends to the three in turn, together with all rows that see the same columns, in one
 * product. Two parts of its attention are merged by z, the logarithm of the sum of exponentials of either's scores: the second weighs
 * 1 / (1 + exp(z_first − z_second)). If a call {@code packs}, it copies long prefixes' and prompts' keys and values into packed matrices first:
 * (T, headSize) and (headSize, T) of each layer, entry and head in turn. {@code read_again} computes the rows' caches for tokens that are known.
 *
 * <p>{@code least} is the probability of the least likely token that a cut keeps, (R, 1), 0 where nothing is cut: what is as likely is kept
 * too.
 */
final class SamplingText {
    /** A cut is looked for among so many likeliest tokens first: sorting all of them takes longer than all else that is done to draw one. */
    private static final int LIKELIEST = 512;

    /** How many times as many are looked at next, while they do not suffice. */
    private static final int MORE = 16;

    /** Columns from which it is quicker to pack keys and values for a call's steps than to multiply by them as they are. */
    private static final int PACKED_FROM = 1024;

    private static final String TEXT =
            """
            def prefill(self: __torch__.Policy, w: List[Tensor], tokens: Tensor, frequencies: Tensor, at_once: int, prefix: List[Tensor], entry: int, before: int) -> Tensor:
              device = ops.prim.device(tokens)
              b = torch.size(tokens, 0)
              t = torch.size(tokens, 1)
              cache = torch.empty([$layers$, 2, b, $keyValueHeads$, t, $headSize$], dtype=6, layout=None, device=device, pin_memory=None, memory_format=None)
              start = 0
              while torch.lt(start, t):
                part = torch.slice(tokens, 1, start, start + at_once)
                stop = start + torch.size(part, 1)
                positions = torch.arange(before + start, before + stop, dtype=4, layout=None, device=device, pin_memory=None)
                cos, sin, = (self).turns(torch.unsqueeze(positions, -1), frequencies)
                x = torch.embedding(w[0], part)
                for i in range($layers$):
                  v = (self).layer_weights(w, i)
                  queries, new_keys, new_values, = (self).project(v, x, cos, sin)
                  keys = torch.select(torch.select(cache, 0, i), 0, 0)
                  values = torch.select(torch.select(cache, 0, i), 0, 1)
                  torch.copy_(torch.slice(keys, 2, start, stop), torch.transpose(new_keys, 1, 2))
                  torch.copy_(torch.slice(values, 2, start, stop), torch.transpose(new_values, 1, 2))
                  if torch.lt(i, $layers$ - 1):
                    keys = torch.slice(keys, 2, 0, stop)
                    values = torch.slice(values, 2, 0, stop)
                    if torch.gt(before, 0):
                      above = torch.slice(torch.slice(torch.select(prefix[0], 0, i), 1, entry, entry + 1), 3, 0, before)
                      above = torch.expand(above, [-1, b, -1, -1, -1])
                      keys = torch.cat([torch.select(above, 0, 0), keys], 2)
                      values = torch.cat([torch.select(above, 0, 1), values], 2)
                    x = (self).finish(v, x, (self).attend_prompt(queries, keys, values))
                start = stop
              return cache
            def packed_layer(self: __torch__.Policy, w: List[Tensor]) -> List[Tensor]:
              return (self).packed((self).lowered(w))
            def room(self: __torch__.Policy, like: Tensor, rows: int, columns: int) -> Tensor:
              return torch.empty([$layers$, 2, rows, $keyValueHeads$, columns, $headSize$], dtype=6, layout=None, device=ops.prim.device(like), pin_memory=None, memory_format=None)
            def keep_rows(self: __torch__.Policy, own: Tensor, rows: Tensor, filled: int) -> Tensor:
              kept = (self).room(own, torch.size(rows, 0), torch.size(own, 4))
              torch.copy_(torch.slice(kept, 4, 0, filled), torch.index_select(torch.slice(own, 4, 0, filled), 2, rows))
              return kept
            def weigh(self: __torch__.Policy, s: Tensor) -> List[Tensor]:
              weights = torch.softmax(s, -1)
              return [weights, torch.sub(torch.amax(s, [-1], True), torch.log(torch.amax(weights, [-1], True)))]
            def attend(self: __torch__.Policy, queries: Tensor, keys: Tensor, values: Tensor, bias: Tensor) -> List[Tensor]:
              weights, z, = (self).weigh(torch.add_(torch.matmul(queries, torch.transpose(keys, 2, 3)), bias))
              return [torch.matmul(weights, values), z]
            def packed_caches(self: __torch__.Policy, caches: List[Tensor], packs: bool) -> List[List[Tensor]]:
              all = annotate(List[List[Tensor]], [])
              for c in range(torch.len(caches)):
                heads = annotate(List[Tensor], [])
                if packs and (self).can_pack() and torch.ge(torch.size(caches[c], 4), $packedFrom$):
                  flat = torch.flatten(torch.transpose(caches[c], 1, 2), 0, 1)
                  for i in range(torch.size(flat, 0)):
                    for h in range($keyValueHeads$):
                      keys = torch.select(torch.select(torch.select(flat, 0, i), 0, 0), 0, h)
                      values = torch.select(torch.select(torch.select(flat, 0, i), 0, 1), 0, h)
                      heads = torch.add(heads, (self).packed([keys, torch.t(values)]))
                all = torch.append(all, heads)
              return all
            def by_heads(self: __torch__.Policy, x: Tensor, packed: List[Tensor], first: int) -> Tensor:
              all = annotate(List[Tensor], [])
              flat = torch.flatten(x, 0, 1)
              for i in range(torch.size(flat, 0)):
                all = torch.append(all, (self).product(torch.select(flat, 0, i), packed[first + 2 * i], None))
              return torch.unflatten(torch.stack(all), 0, [-1, $keyValueHeads$])
            def attend_cache(self: __torch__.Policy, queries: Tensor, cache: Tensor, packed: List[Tensor], layer: int, bias: Tensor) -> List[Tensor]:
              if torch.eq(torch.len(packed), 0):
                of_layer = torch.select(cache, 0, layer)
                o, z, = (self).attend(queries, torch.select(of_layer, 0, 0), torch.select(of_layer, 0, 1), bias)
              else:
                first = layer * 2 * torch.size(queries, 0) * $keyValueHeads$
                weights, z, = (self).weigh(torch.add_((self).by_heads(queries, packed, first), bias))
                o = (self).by_heads(weights, packed, first + 1)
              return [o, z]
            def merge(self: __torch__.Policy, first: Tensor, z_first: Tensor, second: Tensor, z_second: Tensor) -> List[Tensor]:
              share = torch.sigmoid(torch.sub(z_second, z_first))
              return [torch.lerp(first, second, share), torch.logaddexp(z_first, z_second)]
            def used_prefixes(self: __torch__.Policy, prefixes: List[Tensor], places: Tensor) -> List[Tensor]:
              used = annotate(List[Tensor], [])
              for c in range(torch.len(prefixes)):
                place = torch.select(places, 0, c)
                entry = int(torch.select(place, 0, 0))
                columns = int(torch.select(place, 0, 1))
                used = torch.append(used, torch.slice(torch.slice(prefixes[c], 2, entry, entry + 1), 4, 0, columns))
              return used
            def used_entries(self: __torch__.Policy, shared: List[Tensor], entries: List[Tensor]) -> List[Tensor]:
              used = annotate(List[Tensor], [])
              for c in range(torch.len(shared)):
                if torch.eq(torch.size(shared[c], 2), torch.size(entries[c], 0)):
                  used = torch.append(used, shared[c])
                else:
                  used = torch.append(used, torch.index_select(shared[c], 2, entries[c]))
              return used
            def padding(self: __torch__.Policy, shared: List[Tensor], lengths: List[Tensor]) -> List[Tensor]:
              biases = annotate(List[Tensor], [])
              for c in range(torch.len(shared)):
                column = torch.arange(torch.size(shared[c], 4), dtype=4, layout=None, device=ops.prim.device(shared[c]), pin_memory=None)
                bias = torch.mul(torch.to(torch.ge(column, torch.unsqueeze(lengths[c], 1)), 6), -1e30)
                biases = torch.append(biases, torch.view(bias, [torch.size(lengths[c], 0), 1, 1, -1]))
              return biases
            def filled_columns(self: __torch__.Policy, places: Tensor) -> List[int]:
              filled = annotate(List[int], [])
              for c in range(torch.size(places, 0)):
                filled = torch.append(filled, int(torch.select(torch.select(places, 0, c), 0, 2)))
              return filled
            def hidden(self: __torch__.Policy, w: List[Tensor], prefixes: List[Tensor], packed_prefixes: List[List[Tensor]], shared: List[Tensor], packed_shared: List[List[Tensor]], biases: List[Tensor], own: List[Tensor], cell_rows: List[Tensor], row_cells: List[Tensor], filled: List[int], step: int, tokens: Tensor, frequencies: Tensor, positions: Tensor) -> Tensor:
              cos, sin, = (self).turns(torch.unsqueeze(positions, -1), frequencies)
              nothing = torch.zeros([1], dtype=6, layout=None, device=ops.prim.device(tokens), pin_memory=None)
              x = torch.embedding(w[0], tokens)
              for i in range($layers$):
                v = (self).layer_weights(w, i)
                queries, new_keys, new_values, = (self).project(v, x, cos, sin)
                queries = torch.mul(queries, $attentionScale$)
                attended = annotate(List[Tensor], [])
                first = 0
                for c in range(torch.len(own)):
                  mine = torch.select(own[c], 0, i)
                  r = torch.size(mine, 1)
                  column = filled[c] + step
                  keys = torch.select(mine, 0, 0)
                  values = torch.select(mine, 0, 1)
                  torch.copy_(torch.select(keys, 2, column), torch.slice(new_keys, 0, first, first + r))
                  torch.copy_(torch.select(values, 2, column), torch.slice(new_values, 0, first, first + r))
                  q = torch.slice(queries, 0, first, first + r)
                  of_row = torch.view(q, [r, $keyValueHeads$, $queriesPerKey$, $headSize$])
                  o, z, = (self).attend(of_row, torch.slice(keys, 2, 0, column + 1), torch.slice(values, 2, 0, column + 1), nothing)
                  o = torch.view(o, [r, $heads$, $headSize$])
                  z = torch.view(z, [r, $heads$, 1])
                  s = torch.size(shared[c], 2)
                  g = torch.floordiv(torch.size(cell_rows[c], 0), s)
                  cells = torch.view(torch.index_select(q, 0, cell_rows[c]), [s, g, $keyValueHeads$, $queriesPerKey$, $headSize$])
                  cells = torch.reshape(torch.transpose(cells, 1, 2), [s, $keyValueHeads$, g * $queriesPerKey$, $headSize$])
                  o_shared, z_shared, = (self).attend_cache(cells, shared[c], packed_shared[c], i, biases[c])
                  o, z, = (self).merge(o, z, (self).of_rows(o_shared, row_cells[c], s, g), (self).of_rows(z_shared, row_cells[c], s, g))
                  if torch.gt(torch.size(prefixes[c], 4), 0):
                    together = torch.reshape(torch.transpose(of_row, 0, 1), [1, $keyValueHeads$, r * $queriesPerKey$, $headSize$])
                    o_above, z_above, = (self).attend_cache(together, prefixes[c], packed_prefixes[c], i, nothing)
                    o_above = torch.transpose(torch.view(o_above, [$keyValueHeads$, r, $queriesPerKey$, $headSize$]), 0, 1)
                    z_above = torch.transpose(torch.view(z_above, [$keyValueHeads$, r, $queriesPerKey$, 1]), 0, 1)
                    o, z, = (self).merge(o, z, torch.reshape(o_above, [r, $heads$, $headSize$]), torch.reshape(z_above, [r, $heads$, 1]))
                  attended = torch.append(attended, o)
                  first = first + r
                x = (self).finish(v, x, torch.cat(attended))
              return x
            def of_rows(self: __torch__.Policy, cells: Tensor, row_cells: Tensor, s: int, g: int) -> Tensor:
              y = torch.transpose(torch.view(cells, [s, $keyValueHeads$, g, $queriesPerKey$, -1]), 1, 2)
              return torch.index_select(torch.reshape(y, [s * g, $heads$, torch.size(cells, 3)]), 0, row_cells)
            def suffices(self: __torch__.Policy, falling: Tensor, top_k: Tensor, top_p: Tensor, total: Tensor, n: int) -> bool:
              limited = torch.lt(top_k, n)
              reached = torch.ge(torch.sum(falling, [-1], True), torch.mul(top_p, total))
              enough = torch.where(limited, torch.le(top_k, torch.size(falling, 1)), reached)
              return bool(torch.all(torch.logical_or(enough, torch.logical_not(torch.logical_or(limited, torch.lt(top_p, 1))))))
            def least(self: __torch__.Policy, likely: Tensor, top_k: Tensor, top_p: Tensor) -> Tensor:
              n = torch.size(likely, 1)
              m = ops.prim.min(n, $likeliest$)
              total = torch.sum(likely, [-1], True)
              limited = torch.lt(top_k, n)
              falling, order, = torch.topk(likely, m, -1, True, True)
              while torch.lt(m, n) and not (self).suffices(falling, top_k, top_p, total, n):
                m = ops.prim.min(n, m * $more$)
                falling, order, = torch.topk(likely, m, -1, True, True)
              rank = torch.arange(torch.size(falling, 1), dtype=4, layout=None, device=ops.prim.device(likely), pin_memory=None)
              falling = torch.mul(falling, torch.lt(rank, top_k))
              so_far = torch.cumsum(falling, -1)
              total = torch.where(limited, torch.slice(so_far, 1, -1), total)
              kept = torch.logical_and(torch.lt(torch.sub(so_far, falling), torch.mul(top_p, total)), torch.gt(falling, 0))
              last = torch.clamp(torch.sub(torch.sum(kept, [-1], True), 1), 0)
              return torch.mul(torch.gather(falling, 1, last), torch.logical_or(limited, torch.lt(top_p, 1)))
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
            def decode(self: __torch__.Policy, w: List[Tensor], prefixes: List[Tensor], shared: List[Tensor], own: List[Tensor], entries: List[Tensor], shared_lengths: List[Tensor], cell_rows: List[Tensor], row_cells: List[Tensor], places: Tensor, packs: bool, frequencies: Tensor, last: Tensor, positions: Tensor, temperature: Tensor, greedy: Tensor, top_k: Tensor, top_p: Tensor, cut: bool, u: Tensor, stops: Tensor, left: Tensor) -> List[Tensor]:
              tokens = annotate(List[Tensor], [])
              behaviour = annotate(List[Tensor], [])
              policy = annotate(List[Tensor], [])
              prefixes = (self).used_prefixes(prefixes, places)
              shared = (self).used_entries(shared, entries)
              biases = (self).padding(shared, shared_lengths)
              filled = (self).filled_columns(places)
              packed_prefixes = (self).packed_caches(prefixes, packs)
              packed_shared = (self).packed_caches(shared, packs)
              greedy = torch.gt(greedy, 0)
              going = torch.gt(left, 0)
              step = 0
              goes_on = True
              while goes_on:
                x = (self).hidden(w, prefixes, packed_prefixes, shared, packed_shared, biases, own, cell_rows, row_cells, filled, step, last, frequencies, torch.add(positions, step))
                logits = (self).linear((self).final_norm(w, x), w[-1], None)
                last, b, p, = (self).draw(logits, temperature, greedy, top_k, top_p, cut, torch.select(u, 1, step))
                tokens = torch.append(tokens, last)
                behaviour = torch.append(behaviour, b)
                policy = torch.append(policy, p)
                step = step + 1
                going = torch.logical_and(going, torch.eq(torch.index_select(stops, 0, last), 0))
                going = torch.logical_and(going, torch.gt(left, step))
                goes_on = torch.lt(step, torch.size(u, 1)) and bool(torch.any(going))
              return [torch.stack(tokens, 1), torch.stack(behaviour, 1), torch.stack(policy, 1)]
            def read_again(self: __torch__.Policy, w: List[Tensor], prefixes: List[Tensor], shared: List[Tensor], own: List[Tensor], entries: List[Tensor], shared_lengths: List[Tensor], cell_rows: List[Tensor], row_cells: List[Tensor], places: Tensor, packs: bool, frequencies: Tensor, tokens: Tensor, positions: Tensor) -> int:
              prefixes = (self).used_prefixes(prefixes, places)
              shared = (self).used_entries(shared, entries)
              biases = (self).padding(shared, shared_lengths)
              filled = (self).filled_columns(places)
              packed_prefixes = (self).packed_caches(prefixes, packs)
              packed_shared = (self).packed_caches(shared, packs)
              for step in range(torch.size(tokens, 1)):
                x = (self).hidden(w, prefixes, packed_prefixes, shared, packed_shared, biases, own, cell_rows, row_cells, filled, step, torch.select(tokens, 1, step), frequencies, torch.add(positions, step))
              return 0
            """;

    /** What tokens of a prompt, (b, n, heads, headSize), attend to: keys before them, and their own, which are the last n. */
    private static final String OF_PROMPT =
            """
            def attend_prompt(self: __torch__.Policy, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
              queries = torch.transpose(queries, 1, 2)
              n = torch.size(queries, 2)
              before = torch.size(keys, 2) - n
              keys = (self).spread(keys)
              values = (self).spread(values)
              if torch.eq(before, 0):
                attended = torch.scaled_dot_product_attention(queries, keys, values, None, 0., True)
              else:
                later = torch.triu(torch.new_full(keys, [n, before + n], -1e30), before + 1)
                attended = torch.scaled_dot_product_attention(queries, keys, values, later, 0., False)
              return torch.transpose(attended, 1, 2)
            """;

    /** The same as training computes it. */
    private static final String OF_PROMPT_ROUNDED =
            """
            def attend_prompt(self: __torch__.Policy, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
              before = torch.size(keys, 2) - torch.size(queries, 1)
              attended = annotate(List[Tensor], [])
              for i in range(torch.size(queries, 0)):
                q = torch.to(torch.mul(torch.select(queries, 0, i), $attentionScale$), $products$)
                k = torch.to(torch.transpose(torch.select(keys, 0, i), 0, 1), $products$)
                v = torch.to(torch.transpose(torch.select(values, 0, i), 0, 1), $products$)
                o, z, = (self).alone(q, torch.slice(k, 0, before), torch.slice(v, 0, before), True)
                if torch.gt(before, 0):
                  o_before, z_before, = (self).alone(q, torch.slice(k, 0, 0, before), torch.slice(v, 0, 0, before), False)
                  o, z, = (self).merge(torch.to(o, 6), torch.unsqueeze(z, -1), torch.to(o_before, 6), torch.unsqueeze(z_before, -1))
                attended = torch.append(attended, o)
              return torch.stack(attended)
            """;

    private SamplingText() {}

    static String of(ComputeType computeType) {
        String ofPrompt = computeType == ComputeType.FLOAT32 ? OF_PROMPT : RoundedAttentionText.METHODS + OF_PROMPT_ROUNDED;
        return (TEXT + ofPrompt)
                .replace("$products$", Integer.toString(computeType.torchType()))
                .replace("$packedFrom$", Integer.toString(PACKED_FROM))
                .replace("$likeliest$", Integer.toString(LIKELIEST))
                .replace("$more$", Integer.toString(MORE));
    }
}
