package dev.longstream.policy.training;

import ai.djl.Device;
import dev.longstream.policy.model.ComputeType;
import dev.longstream.policy.model.RoundedAttentionText;

/**
 * TorchScript methods for the attention of an {@link AttentionPlan}, forward and backward. Queries are (N, heads, headSize) and scaled by
 * 1 / √headSize already, keys and values (T, keyValueHeads, headSize).
 *
 * <p>{@code attend} gives what each query attended to, and z (N, heads), the logarithm of the sum of exponentials of all its scores. A part's
 * output o′ and z′ are merged with what is there by
 *
 * <pre>
 * o ← o + σ(z′ − z) · (o′ − o)        z ← log(exp z + exp z′)
 * </pre>
 *
 * <p>The backward pass needs no recording: a part's scores s give p = exp(s − z), with z of all parts, and p is what it takes (Dao et al. 2022).
 * Queries that share keys' heads are laid out as a batch of which the keys are the same memory.
 *
 * <p>{@code memory_efficient} is the processor's kernel. On other devices the same is {@code written_out}, a block of queries at a time. Where
 * operands are rounded, {@code alone}, a part by itself, is {@link RoundedAttentionText}.
 */
final class AttentionText {
    /** Floats of one block of scores where they are written out. */
    private static final int SCORES_AT_ONCE = 1 << 24;

    private static final String METHODS =
            """
            def block_rows(self: __torch__.Policy, q: Tensor, k: Tensor) -> int:
              return ops.prim.max(1, torch.floordiv($scoresAtOnce$, torch.size(q, 0) * torch.size(q, 1) * torch.size(k, 2)))
            def scores(self: __torch__.Policy, q: Tensor, k: Tensor, start: int, stop: int, causal: bool) -> Tensor:
              s = torch.to(torch.matmul(torch.slice(q, 2, start, stop), torch.transpose(k, 2, 3)), 6)
              if causal:
                device = ops.prim.device(q)
                rows = torch.arange(start, start + torch.size(s, 2), dtype=4, layout=None, device=device, pin_memory=None)
                columns = torch.arange(torch.size(k, 2), dtype=4, layout=None, device=device, pin_memory=None)
                s = torch.masked_fill(s, torch.gt(columns, torch.unsqueeze(rows, 1)), -inf)
              return s
            def written_out(self: __torch__.Policy, q: Tensor, k: Tensor, v: Tensor, causal: bool) -> List[Tensor]:
              o = torch.empty_like(q)
              z = torch.empty([torch.size(q, 0), torch.size(q, 1), torch.size(q, 2)], dtype=6, layout=None, device=ops.prim.device(q), pin_memory=None, memory_format=None)
              at_once = (self).block_rows(q, k)
              start = 0
              while torch.lt(start, torch.size(q, 2)):
                stop = ops.prim.min(start + at_once, torch.size(q, 2))
                s = (self).scores(q, k, start, stop, causal)
                zs = torch.logsumexp(s, [-1])
                torch.copy_(torch.slice(z, 2, start, stop), zs)
                p = torch.exp(torch.sub(s, torch.unsqueeze(zs, -1)))
                torch.copy_(torch.slice(o, 2, start, stop), torch.matmul(torch.to(p, ops.prim.dtype(v)), v))
                start = stop
              return [o, z]
            def written_out_backward(self: __torch__.Policy, go: Tensor, q: Tensor, k: Tensor, v: Tensor, o: Tensor, z: Tensor, causal: bool) -> List[Tensor]:
              gq = torch.zeros_like(q)
              gk = torch.zeros([torch.size(k, 0), torch.size(k, 1), torch.size(k, 2), torch.size(k, 3)], dtype=6, layout=None, device=ops.prim.device(q), pin_memory=None)
              gv = torch.zeros_like(gk)
              at_once = (self).block_rows(q, k)
              start = 0
              while torch.lt(start, torch.size(q, 2)):
                stop = ops.prim.min(start + at_once, torch.size(q, 2))
                g = torch.slice(go, 2, start, stop)
                p = torch.exp(torch.sub((self).scores(q, k, start, stop, causal), torch.unsqueeze(torch.slice(z, 2, start, stop), -1)))
                gp = torch.to(torch.matmul(g, torch.transpose(v, 2, 3)), 6)
                mean = torch.sum(torch.mul(torch.to(g, 6), torch.slice(o, 2, start, stop)), [-1], True)
                gs = torch.to(torch.mul(torch.sub(gp, mean), p), ops.prim.dtype(q))
                torch.add_(gv, torch.matmul(torch.transpose(torch.to(p, ops.prim.dtype(q)), 2, 3), g))
                torch.add_(gk, torch.matmul(torch.transpose(gs, 2, 3), torch.slice(q, 2, start, stop)))
                torch.copy_(torch.slice(gq, 2, start, stop), torch.matmul(gs, k))
                start = stop
              return [gq, gk, gv]
            def memory_efficient(self: __torch__.Policy, q: Tensor, k: Tensor, v: Tensor, causal: bool) -> List[Tensor]:
              o, z, = torch._scaled_dot_product_flash_attention_for_cpu(q, k, v, 0., causal, scale=1.)
              return [o, z]
            def memory_efficient_backward(self: __torch__.Policy, go: Tensor, q: Tensor, k: Tensor, v: Tensor, o: Tensor, z: Tensor, causal: bool) -> List[Tensor]:
              gq, gk, gv, = torch._scaled_dot_product_flash_attention_for_cpu_backward(go, q, k, v, o, z, 0., causal, scale=1.)
              return [gq, gk, gv]
            def of_queries_together(self: __torch__.Policy, x: Tensor, rows: Tensor, n: int) -> Tensor:
              y = torch.unflatten(torch.unflatten(torch.index_select(x, 0, rows), 1, [$keyValueHeads$, $queriesPerKey$]), 0, [n, -1])
              return torch.flatten(torch.permute(y, [0, 3, 2, 1, 4]), 0, 1)
            def of_sums_together(self: __torch__.Policy, z: Tensor, rows: Tensor, n: int) -> Tensor:
              y = torch.unflatten(torch.unflatten(torch.index_select(z, 0, rows), 1, [$keyValueHeads$, $queriesPerKey$]), 0, [n, -1])
              return torch.contiguous(torch.flatten(torch.permute(y, [0, 3, 2, 1]), 0, 1))
            def of_keys_together(self: __torch__.Policy, x: Tensor, rows: Tensor, n: int) -> Tensor:
              y = torch.transpose(torch.unflatten(torch.index_select(x, 0, rows), 0, [n, -1]), 1, 2)
              return torch.flatten(torch.expand(torch.unsqueeze(y, 1), [-1, $queriesPerKey$, -1, -1, -1]), 0, 1)
            def queries_together_of(self: __torch__.Policy, x: Tensor, n: int) -> Tensor:
              y = torch.permute(torch.unflatten(x, 0, [n, $queriesPerKey$]), [0, 3, 2, 1, 4])
              return torch.flatten(torch.flatten(y, 2, 3), 0, 1)
            def sums_together_of(self: __torch__.Policy, z: Tensor, n: int) -> Tensor:
              y = torch.permute(torch.unflatten(z, 0, [n, $queriesPerKey$]), [0, 3, 2, 1])
              return torch.flatten(torch.flatten(y, 2, 3), 0, 1)
            def keys_together_of(self: __torch__.Policy, x: Tensor, n: int) -> Tensor:
              y = torch.sum(torch.unflatten(x, 0, [n, $queriesPerKey$]), [1], False, dtype=6)
              return torch.flatten(torch.transpose(y, 1, 2), 0, 1)
            def number(self: __torch__.Policy, parts: Tensor, part: int, i: int) -> int:
              return int(torch.select(torch.select(parts, 0, part), 0, i))
            def places_of(self: __torch__.Policy, places: Tensor, first: int, padded: int, valid: int) -> List[Tensor]:
              keys = first + padded
              end = keys + padded
              return [torch.slice(places, 0, first, keys), torch.slice(places, 0, keys, end), torch.slice(places, 0, end, end + valid)]
            def attend(self: __torch__.Policy, q: Tensor, k: Tensor, v: Tensor, parts: Tensor, places: Tensor) -> List[Tensor]:
              o = torch.zeros_like(q)
              z = torch.full([torch.size(q, 0), $heads$], -inf, dtype=6, layout=None, device=ops.prim.device(q), pin_memory=None)
              for i in range(torch.size(parts, 0)):
                kind = (self).number(parts, i, 0)
                a = (self).number(parts, i, 1)
                b = (self).number(parts, i, 2)
                c = (self).number(parts, i, 3)
                d = (self).number(parts, i, 4)
                if torch.eq(kind, $together$):
                  rows, keys, valid, = (self).places_of(places, c, a * b, d)
                  op, zp, = (self).$kernel$((self).of_queries_together(q, rows, a), (self).of_keys_together(k, keys, a), (self).of_keys_together(v, keys, a), True)
                  to = torch.index_select(rows, 0, valid)
                  torch.index_copy_(o, 0, to, torch.index_select((self).queries_together_of(op, a), 0, valid))
                  torch.index_copy_(z, 0, to, torch.index_select((self).sums_together_of(zp, a), 0, valid))
                else:
                  op, zp, = (self).alone(torch.slice(q, 0, a, b), torch.slice(k, 0, c, d), torch.slice(v, 0, c, d), torch.eq(kind, $causal$))
                  op_there = torch.slice(o, 0, a, b)
                  zp_there = torch.slice(z, 0, a, b)
                  if torch.eq(kind, $causal$):
                    torch.copy_(op_there, op)
                    torch.copy_(zp_there, zp)
                  else:
                    share = torch.to(torch.sigmoid(torch.sub(zp, zp_there)), ops.prim.dtype(q))
                    torch.lerp_(op_there, op, torch.unsqueeze(share, -1))
                    torch.copy_(zp_there, torch.logaddexp(zp_there, zp))
              return [o, z]
            def attend_backward(self: __torch__.Policy, go: Tensor, q: Tensor, k: Tensor, v: Tensor, o: Tensor, z: Tensor, parts: Tensor, places: Tensor) -> List[Tensor]:
              gq = torch.zeros_like(q, dtype=6)
              gk = torch.zeros_like(k, dtype=6)
              gv = torch.zeros_like(v, dtype=6)
              for i in range(torch.size(parts, 0)):
                kind = (self).number(parts, i, 0)
                a = (self).number(parts, i, 1)
                b = (self).number(parts, i, 2)
                c = (self).number(parts, i, 3)
                d = (self).number(parts, i, 4)
                if torch.eq(kind, $together$):
                  rows, keys, valid, = (self).places_of(places, c, a * b, d)
                  to = torch.index_select(rows, 0, valid)
                  g = torch.zeros([a * b, $heads$, $headSize$], dtype=ops.prim.dtype(q), layout=None, device=ops.prim.device(q), pin_memory=None)
                  torch.index_copy_(g, 0, valid, torch.index_select(go, 0, to))
                  every = torch.arange(a * b, dtype=4, layout=None, device=ops.prim.device(q), pin_memory=None)
                  gqp, gkp, gvp, = (self).$kernel$_backward((self).of_queries_together(g, every, a), (self).of_queries_together(q, rows, a), (self).of_keys_together(k, keys, a), (self).of_keys_together(v, keys, a), (self).of_queries_together(o, rows, a), (self).of_sums_together(z, rows, a), True)
                  torch.index_add_(gq, 0, to, torch.to(torch.index_select((self).queries_together_of(gqp, a), 0, valid), 6))
                  torch.index_add_(gk, 0, keys, (self).keys_together_of(gkp, a))
                  torch.index_add_(gv, 0, keys, (self).keys_together_of(gvp, a))
                else:
                  gqp, gkp, gvp, = (self).alone_backward(torch.slice(go, 0, a, b), torch.slice(q, 0, a, b), torch.slice(k, 0, c, d), torch.slice(v, 0, c, d), torch.slice(o, 0, a, b), torch.slice(z, 0, a, b), torch.eq(kind, $causal$))
                  torch.add_(torch.slice(gq, 0, a, b), gqp)
                  torch.add_(torch.slice(gk, 0, c, d), gkp)
                  torch.add_(torch.slice(gv, 0, c, d), gvp)
              return [gq, gk, gv]
            """
                    .replace("$scoresAtOnce$", Integer.toString(SCORES_AT_ONCE))
                    .replace("$causal$", Integer.toString(AttentionPlan.CAUSAL))
                    .replace("$together$", Integer.toString(AttentionPlan.TOGETHER));

    /** A part that nothing shares a call with, by the kernel of many. */
    private static final String ALONE =
            """
            def of_queries(self: __torch__.Policy, x: Tensor) -> Tensor:
              return torch.permute(torch.unflatten(x, 1, [$keyValueHeads$, $queriesPerKey$]), [2, 1, 0, 3])
            def of_sums(self: __torch__.Policy, z: Tensor) -> Tensor:
              return torch.contiguous(torch.permute(torch.unflatten(z, 1, [$keyValueHeads$, $queriesPerKey$]), [2, 1, 0]))
            def of_keys(self: __torch__.Policy, x: Tensor) -> Tensor:
              return torch.expand(torch.unsqueeze(torch.transpose(x, 0, 1), 0), [$queriesPerKey$, -1, -1, -1])
            def queries_of(self: __torch__.Policy, x: Tensor) -> Tensor:
              return torch.flatten(torch.permute(x, [2, 1, 0, 3]), 1, 2)
            def sums_of(self: __torch__.Policy, z: Tensor) -> Tensor:
              return torch.flatten(torch.permute(z, [2, 1, 0]), 1, 2)
            def keys_of(self: __torch__.Policy, x: Tensor) -> Tensor:
              return torch.transpose(torch.sum(x, [0], False, dtype=6), 0, 1)
            def alone(self: __torch__.Policy, q: Tensor, k: Tensor, v: Tensor, causal: bool) -> List[Tensor]:
              o, z, = (self).$kernel$((self).of_queries(q), (self).of_keys(k), (self).of_keys(v), causal)
              return [(self).queries_of(o), (self).sums_of(z)]
            def alone_backward(self: __torch__.Policy, go: Tensor, q: Tensor, k: Tensor, v: Tensor, o: Tensor, z: Tensor, causal: bool) -> List[Tensor]:
              gq, gk, gv, = (self).$kernel$_backward((self).of_queries(go), (self).of_queries(q), (self).of_keys(k), (self).of_keys(v), (self).of_queries(o), (self).of_sums(z), causal)
              return [(self).queries_of(gq), (self).keys_of(gk), (self).keys_of(gv)]
            """;

    private AttentionText() {}

    static String of(Device device, ComputeType computeType) {
        String alone = computeType == ComputeType.FLOAT32 ? ALONE : RoundedAttentionText.METHODS;
        return (METHODS + alone).replace("$kernel$", device.isGpu() ? "written_out" : "memory_efficient");
    }
}
