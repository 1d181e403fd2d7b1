package dev.longstream.policy.model;

/**
 * TorchScript methods for the attention of one part where operands are rounded: matrix products of blocks of queries with tiles of keys, all in
 * the operands' type, which processors compute several times as fast as their attention kernel does.
 *
 * <p>Such products round their results, too, and a score of 50 rounded to eight bits is wrong by a tenth. So scores are never made: each query
 * has two more components that hold a shift c, each key −1 in their place, and what is rounded is s − c. Forward, c is the largest of the
 * query's scores; backward z, for P = exp(s − z). Either way rounding errs least where P is large: by at most |s − c| / 256 of P, which itself is
 * rounded by as much. Backward, the same is done to the gradient of P, less its mean D = Σ go · o:
 *
 * <pre>
 * forward    P = exp(q · k − c)    o = P v / Σ P    z = c + log Σ P
 * backward   P = exp(q · k − z)    S′ = P · (go · v − D)    gv = Pᵀ go    gk = S′ᵀ q    gq = S′ k
 * </pre>
 *
 * <p>Sums over P, over tiles and over blocks are float32. Queries that share keys' heads are rows of one matrix, so that a product has more rows
 * and gradients of keys are summed over them in it. Backward, P is made transposed: of three products with it one wants the other form.
 */
public final class RoundedAttentionText {
    /** Keys of one tile. */
    private static final int TILE = 1024;

    /** Numbers of one block of queries with one tile of keys, over all heads: 4 MiB in bfloat16, which caches still serve. */
    private static final int SCORES_AT_ONCE = 1 << 21;

    /** Two of them alive, rounded, and one in float32, which a sum makes. */
    public static final long TILE_BYTES = SCORES_AT_ONCE * (2L * ComputeType.BFLOAT16.bytes() + Float.BYTES);

    /** Products of fewer rows a head are slower. */
    private static final int LEAST_QUERIES = 64;

    /**
     * {@code alone(q, k, v, causal)}: [o, z] of scaled queries (N, heads, headSize), keys and values (T, keyValueHeads, headSize), z being (N, heads)
     * and float32; {@code alone_backward}: gradients of the three. Causal: N = T.
     */
    public static final String METHODS =
            """
            def folded(self: __torch__.Policy, x: Tensor) -> Tensor:
              return torch.flatten(torch.permute(torch.unflatten(x, 1, [$keyValueHeads$, $queriesPerKey$]), [1, 0, 2, 3]), 1, 2)
            def unfolded(self: __torch__.Policy, x: Tensor) -> Tensor:
              return torch.flatten(torch.permute(torch.unflatten(x, 1, [-1, $queriesPerKey$]), [1, 0, 2, 3]), 1, 2)
            def with_shift(self: __torch__.Policy, x: Tensor, c: Tensor) -> Tensor:
              return torch.cat([x, (self).in_two(c, ops.prim.dtype(x))], -1)
            def less_shift(self: __torch__.Policy, x: Tensor) -> Tensor:
              return torch.cat([x, torch.new_full(x, [torch.size(x, 0), torch.size(x, 1), 2], -1.)], -1)
            def queries_at_once(self: __torch__.Policy, queries: int, keys: int) -> int:
              fit = ops.prim.max($leastQueries$, torch.floordiv($scoresAtOnce$, $heads$ * ops.prim.min(keys, $tile$)))
              return ops.prim.min(queries, ops.prim.min($tile$, fit))
            def tile(self: __torch__.Policy, block: Tensor, rows: int, columns: int) -> Tensor:
              return torch.view(torch.slice(block, 0, 0, $keyValueHeads$ * rows * columns), [$keyValueHeads$, rows, columns])
            def bounds(self: __torch__.Policy, start: int, stop: int, keys: int, causal: bool) -> List[int]:
              first = keys
              reach = keys
              if causal:
                first = start
                reach = stop
              return [stop, first, reach]
            def tile_end(self: __torch__.Policy, start: int, first: int, reach: int) -> int:
              stop = ops.prim.min(start + $tile$, reach)
              if torch.lt(start, first):
                stop = ops.prim.min(stop, first)
              return stop
            def causal_mask(self: __torch__.Policy, q: Tensor, queries: int) -> Tensor:
              places = torch.arange(queries, dtype=4, layout=None, device=ops.prim.device(q), pin_memory=None)
              later = torch.gt(places, torch.unsqueeze(torch.repeat_interleave(places, $queriesPerKey$), 1))
              return torch.masked_fill(torch.new_zeros(q, torch.size(later)), later, -inf)
            def masked(self: __torch__.Policy, s: Tensor, mask: Tensor) -> Tensor:
              return torch.add_(s, torch.slice(torch.slice(mask, 0, 0, torch.size(s, 1)), 1, 0, torch.size(s, 2)))
            def alone(self: __torch__.Policy, q: Tensor, k: Tensor, v: Tensor, causal: bool) -> List[Tensor]:
              queries = torch.size(q, 0)
              keys = torch.size(k, 0)
              q = (self).folded(q)
              k = (self).less_shift(torch.transpose(k, 0, 1))
              v = torch.contiguous(torch.transpose(v, 0, 1))
              o = torch.empty_like(q)
              z = torch.new_empty(q, [torch.size(q, 0), torch.size(q, 1), 1], dtype=6)
              at_once = (self).queries_at_once(queries, keys)
              block = torch.new_empty(q, [$heads$ * at_once * ops.prim.min(keys, $tile$)])
              mask = (self).causal_mask(q, at_once)
              start = 0
              while torch.lt(start, queries):
                stop, first, reach, = (self).bounds(start, ops.prim.min(start + at_once, queries), keys, causal)
                rows = torch.slice(q, 1, start * $queriesPerKey$, stop * $queriesPerKey$)
                count = torch.size(rows, 1)
                c = torch.new_full(q, [$keyValueHeads$, count, 1], -inf)
                key = 0
                while torch.lt(key, reach):
                  end = (self).tile_end(key, first, reach)
                  s = (self).tile(block, count, end - key)
                  s = torch.bmm(rows, torch.transpose(torch.slice(torch.slice(k, 1, key, end), 2, 0, $headSize$), 1, 2), out=s)
                  if torch.ge(key, first):
                    s = (self).masked(s, mask)
                  c = torch.maximum(c, torch.amax(s, [-1], True))
                  key = end
                rows = (self).with_shift(rows, torch.to(c, 6))
                sum = torch.zeros_like(c, dtype=6)
                of = torch.new_zeros(q, [$keyValueHeads$, count, $headSize$], dtype=6)
                key = 0
                while torch.lt(key, reach):
                  end = (self).tile_end(key, first, reach)
                  s = (self).tile(block, count, end - key)
                  s = torch.bmm(rows, torch.transpose(torch.slice(k, 1, key, end), 1, 2), out=s)
                  if torch.ge(key, first):
                    s = (self).masked(s, mask)
                  p = torch.exp_(s)
                  torch.add_(sum, torch.sum(p, [-1], True, dtype=6))
                  torch.add_(of, torch.bmm(p, torch.slice(v, 1, key, end)))
                  key = end
                torch.copy_(torch.slice(o, 1, start * $queriesPerKey$, stop * $queriesPerKey$), torch.div(of, sum))
                torch.copy_(torch.slice(z, 1, start * $queriesPerKey$, stop * $queriesPerKey$), torch.add(torch.log(sum), c))
                start = stop
              return [(self).unfolded(o), torch.squeeze((self).unfolded(z), -1)]
            def alone_backward(self: __torch__.Policy, go: Tensor, q: Tensor, k: Tensor, v: Tensor, o: Tensor, z: Tensor, causal: bool) -> List[Tensor]:
              queries = torch.size(q, 0)
              keys = torch.size(k, 0)
              mean = torch.sum(torch.mul(torch.to(go, 6), o), [-1], True)
              q = (self).with_shift((self).folded(q), (self).folded(torch.unsqueeze(z, -1)))
              go = (self).with_shift((self).folded(go), (self).folded(mean))
              k = (self).less_shift(torch.transpose(k, 0, 1))
              v = (self).less_shift(torch.transpose(v, 0, 1))
              gq = torch.new_zeros(q, [$keyValueHeads$, torch.size(q, 1), $headSize$], dtype=6)
              gk = torch.new_zeros(k, [$keyValueHeads$, keys, $headSize$], dtype=6)
              gv = torch.zeros_like(gk)
              at_once = (self).queries_at_once(queries, keys)
              block = torch.new_empty(q, [$heads$ * at_once * ops.prim.min(keys, $tile$)])
              other = torch.empty_like(block)
              mask = torch.contiguous(torch.t((self).causal_mask(q, at_once)))
              start = 0
              while torch.lt(start, queries):
                stop, first, reach, = (self).bounds(start, ops.prim.min(start + at_once, queries), keys, causal)
                rows = torch.slice(q, 1, start * $queriesPerKey$, stop * $queriesPerKey$)
                given = torch.slice(go, 1, start * $queriesPerKey$, stop * $queriesPerKey$)
                to = torch.slice(gq, 1, start * $queriesPerKey$, stop * $queriesPerKey$)
                count = torch.size(rows, 1)
                key = 0
                while torch.lt(key, reach):
                  end = (self).tile_end(key, first, reach)
                  there = torch.slice(k, 1, key, end)
                  p = (self).tile(block, end - key, count)
                  gs = (self).tile(other, end - key, count)
                  p = torch.bmm(there, torch.transpose(rows, 1, 2), out=p)
                  if torch.ge(key, first):
                    p = (self).masked(p, mask)
                  p = torch.exp_(p)
                  gs = torch.mul_(torch.bmm(torch.slice(v, 1, key, end), torch.transpose(given, 1, 2), out=gs), p)
                  torch.add_(torch.slice(gv, 1, key, end), torch.bmm(p, torch.slice(given, 2, 0, $headSize$)))
                  torch.add_(torch.slice(gk, 1, key, end), torch.bmm(gs, torch.slice(rows, 2, 0, $headSize$)))
                  torch.add_(to, torch.bmm(torch.transpose(gs, 1, 2), torch.slice(there, 2, 0, $headSize$)))
                  key = end
                start = stop
              return [(self).unfolded(gq), torch.transpose(gk, 0, 1), torch.transpose(gv, 0, 1)]
            """
                    .replace("$tile$", Integer.toString(TILE))
                    .replace("$scoresAtOnce$", Integer.toString(SCORES_AT_ONCE))
                    .replace("$leastQueries$", Integer.toString(LEAST_QUERIES));

    private RoundedAttentionText() {}
}
