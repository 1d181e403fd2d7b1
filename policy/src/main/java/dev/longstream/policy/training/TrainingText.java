package dev.longstream.policy.training;

import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.model.ComputeType;
import dev.longstream.policy.model.RoundedAttentionText;
import dev.longstream.policy.model.TorchEngine;

/**
 * TorchScript methods for scoring and training, on top of the forward pass. T tokens in one row, laid out by {@link TreeLayout}; Q of them
 * predict the M answer tokens.
 *
 * <p>All gradients are written by hand: no operation is recorded. {@code layer} gives its output, its attention's output and z of {@link
 * AttentionText}, and if it is to {@code keep} what its gradient takes, queries, keys and values, then of each chunk of tokens the three that
 * {@code gates} gives. All but the output go to {@code layer_backward}, which computes what was not kept a second time. Gradients of weights
 * are added to {@code g}, arrays of the weights' shapes.
 *
 * <p>Where {@link ComputeType} rounds, so are the operands of these products and of the attention, whatever makes them and whatever takes their
 * results being float32: norms, rotations, the residual and its gradient, sums of gradients of weights, logits of the forward pass.
 *
 * <p>Of y = x / √(mean(x²) + ε) · weight, with n = x / √(mean(x²) + ε) and the gradient G of y, {@code norm_backward} is
 *
 * <pre>
 * (G · weight − n · mean(G · weight · n)) / √(mean(x²) + ε)
 * </pre>
 *
 * <p>{@code head_scores} gives log-probabilities, entropies and z, the logarithm of the sum of exponentials of a token's logits, (Q, 1) each.
 * {@code head_backward} takes them and makes l = h · head − z a second time, where products are rounded in one of them, as {@link
 * RoundedAttentionText} does: h and z come in two pieces, and the result errs by |l| / 256 at most. A target's own 1 − p is made of its
 * log-probability instead, for next to nothing is left of it where p is near 1 and rounded.
 *
 * <p>What the last layer makes of tokens that predict nothing does not matter: it goes no further than keys and values for them. {@code rows}
 * are those it goes on with; without any, all.
 */
final class TrainingText {
    /** Numbers of one block of logits: 64 MiB in float32. Two are alive. Most are used again: memory that is new each time costs as much as a softmax. */
    private static final int LOGITS_AT_ONCE = 1 << 24;

    /** Numbers of one chunk's widest array inside a layer: 4 MiB. What follows one another then finds it in the processor's caches. */
    private static final int LAYER_AT_ONCE = 1 << 20;

    /** The same where products are fast: what is done once a chunk, adding to the gradients of weights, then counts for more. */
    private static final int ROUNDED_LAYER_AT_ONCE = 1 << 22;

    /** Products of fewer rows are slower. */
    private static final int LEAST_AT_ONCE = 256;

    /**
     * Smaller ones are flushed to 0, which is below the rounding of any sum they are in. At a low temperature those of half of a vocabulary can
     * be subnormal, and processors take a hundred times as long over such numbers.
     */
    private static final double LEAST_PROBABILITY = 1e-20;

    private static final String METHODS =
            """
            def angles(self: __torch__.Policy, positions: Tensor, frequencies: Tensor) -> Tensor:
              return torch.stack((self).turns(torch.unsqueeze(positions, -1), frequencies), 0)
            def embed(self: __torch__.Policy, w: Tensor, tokens: Tensor) -> Tensor:
              return torch.embedding(w, tokens)
            def embed_backward(self: __torch__.Policy, g: Tensor, tokens: Tensor, gradient: Tensor) -> Tensor:
              return torch.index_add_(g, 0, tokens, gradient)
            def chosen(self: __torch__.Policy, x: Tensor, rows: Tensor) -> Tensor:
              if torch.gt(torch.size(rows, 0), 0):
                x = torch.index_select(x, 0, rows)
              return x
            def all_rows(self: __torch__.Policy, x: Tensor, rows: Tensor, count: int) -> Tensor:
              if torch.gt(torch.size(rows, 0), 0):
                x = torch.index_add(torch.new_zeros(x, torch.add([count], torch.slice(torch.size(x), 1))), 0, rows, x)
              return x
            def part(self: __torch__.Policy, x: Tensor, start: int) -> Tensor:
              return torch.slice(x, 0, start, start + $layerRows$)
            def norm_backward(self: __torch__.Policy, g: Tensor, weight: Tensor, x: Tensor, gradient: Tensor) -> Tensor:
              x = torch.to(x, 6)
              scale = torch.rsqrt(torch.add(torch.mean(torch.square(x), [-1], True), $epsilon$))
              normal = torch.mul(x, scale)
              torch.add_(g, torch.sum(torch.reshape(torch.mul(gradient, normal), [-1, torch.size(g, 0)]), [0]))
              ofNormal = torch.mul(gradient, weight)
              mean = torch.mean(torch.mul(ofNormal, normal), [-1], True)
              return torch.mul_(torch.sub_(ofNormal, torch.mul_(normal, mean)), scale)
            def linear_backward(self: __torch__.Policy, g: Tensor, bias: Optional[Tensor], x: Tensor, gradient: Tensor) -> int:
              if torch.eq(ops.prim.dtype(x), 6):
                torch.addmm_(g, torch.t(gradient), x)
              else:
                torch.add_(g, torch.matmul(torch.t(gradient), x))
              if torch.__isnot__(bias, None):
                torch.add_(torch._unwrap_optional(bias), torch.sum(gradient, [0], False, dtype=6))
              return 0
            def for_attention(self: __torch__.Policy, w: List[Tensor], x: Tensor, cos: Tensor, sin: Tensor, rows: Tensor) -> List[Tensor]:
              q, k, v, = (self).project(w, x, cos, sin)
              kind = ops.prim.dtype(v)
              return [torch.to(torch.mul((self).chosen(q, rows), $attentionScale$), kind), torch.to(k, kind), v]
            def layer(self: __torch__.Policy, w: List[Tensor], x: Tensor, angles: Tensor, rows: Tensor, parts: Tensor, places: Tensor, keep: bool) -> List[Tensor]:
              w = (self).lowered(w)
              q, k, v, = (self).for_attention(w, x, torch.select(angles, 0, 0), torch.select(angles, 0, 1), rows)
              o, z, = (self).attend(q, k, v, parts, places)
              x = (self).chosen(x, rows)
              y = torch.empty_like(x)
              kept = annotate(List[Tensor], [])
              if keep:
                kept = [q, k, v]
              start = 0
              while torch.lt(start, torch.size(x, 0)):
                gates = (self).gates(w, (self).part(x, start), (self).part(o, start))
                torch.copy_((self).part(y, start), (self).through_mlp(w, gates[0], gates[1], gates[2]))
                if keep:
                  kept = torch.add(kept, gates)
                start = start + $layerRows$
              return torch.add([y, o, z], kept)
            def layer_backward(self: __torch__.Policy, w: List[Tensor], g: List[Tensor], x: Tensor, angles: Tensor, rows: Tensor, parts: Tensor, places: Tensor, made: List[Tensor], gradient: Tensor) -> Tensor:
              w = (self).lowered(w)
              o = made[0]
              z = made[1]
              kept = torch.gt(torch.len(made), 2)
              below = (self).chosen(x, rows)
              direct = torch.empty_like(gradient)
              go = torch.empty_like(o)
              start = 0
              next = 5
              while torch.lt(start, torch.size(below, 0)):
                if kept:
                  gates = torch.slice(made, next, next + 3)
                else:
                  gates = (self).gates(w, (self).part(below, start), (self).part(o, start))
                ofInput, ofAttended, = (self).finish_backward(w, g, (self).part(o, start), gates, (self).part(gradient, start))
                torch.copy_((self).part(direct, start), ofInput)
                torch.copy_((self).part(go, start), ofAttended)
                start = start + $layerRows$
                next = next + 3
              cos = torch.select(angles, 0, 0)
              sin = torch.select(angles, 0, 1)
              if kept:
                q = made[2]
                k = made[3]
                v = made[4]
              else:
                q, k, v, = (self).for_attention(w, x, cos, sin, rows)
              gq, gk, gv, = (self).attend_backward(go, q, k, v, o, z, parts, places)
              tokens = torch.size(x, 0)
              gq = (self).all_rows(gq, rows, tokens)
              direct = (self).all_rows(direct, rows, tokens)
              start = 0
              while torch.lt(start, tokens):
                there = (self).part(direct, start)
                torch.add_(there, (self).project_backward(w, g, (self).part(x, start), (self).part(cos, start), (self).part(sin, start), (self).part(gq, start), (self).part(gk, start), (self).part(gv, start)))
                start = start + $layerRows$
              return direct
            def finish_backward(self: __torch__.Policy, w: List[Tensor], g: List[Tensor], attended: Tensor, gates: List[Tensor], gradient: Tensor) -> List[Tensor]:
              y, gate, up, = gates
              kind = ops.prim.dtype($mlp.down_proj.weight$)
              low = torch.to(gradient, kind)
              open = torch.silu(gate)
              _0 = (self).linear_backward($mlp.down_proj.gradient$, torch.mul(open, up), low)
              ofProduct = torch.matmul(low, $mlp.down_proj.weight$)
              ofUp = torch.mul_(open, ofProduct)
              ofGate = torch.silu_backward(torch.mul_(ofProduct, up), gate)
              h = torch.to((self).norm(y, $post_attention_layernorm$), kind)
              _1 = (self).linear_backward($mlp.up_proj.gradient$, h, ofUp)
              _2 = (self).linear_backward($mlp.gate_proj.gradient$, h, ofGate)
              gh = torch.addmm_(torch.matmul(ofUp, $mlp.up_proj.weight$), ofGate, $mlp.gate_proj.weight$)
              gy = torch.add_((self).norm_backward($post_attention_layernorm.gradient$, $post_attention_layernorm$, y, gh), gradient)
              low = torch.to(gy, kind)
              _3 = (self).linear_backward($self_attn.o_proj.gradient$, torch.flatten(attended, -2, -1), low)
              return [gy, torch.unflatten(torch.matmul(low, $self_attn.o_proj.weight$), -1, [$heads$, $headSize$])]
            def project_backward(self: __torch__.Policy, w: List[Tensor], g: List[Tensor], x: Tensor, cos: Tensor, sin: Tensor, gq: Tensor, gk: Tensor, gv: Tensor) -> Tensor:
              kind = ops.prim.dtype($self_attn.q_proj.weight$)
              h = torch.to((self).norm(x, $input_layernorm$), kind)
              back = torch.neg(sin)
              gq = torch.mul((self).rotate(gq, cos, back), $attentionScale$)
              gk = (self).rotate(gk, cos, back)
            $queryKeyNorm$
              gq = torch.to(torch.flatten(gq, -2, -1), kind)
              gk = torch.to(torch.flatten(gk, -2, -1), kind)
              gv = torch.to(torch.flatten(gv, -2, -1), kind)
              _0 = (self).linear_backward($self_attn.q_proj.gradient$, h, gq)
              _1 = (self).linear_backward($self_attn.k_proj.gradient$, h, gk)
              _2 = (self).linear_backward($self_attn.v_proj.gradient$, h, gv)
              gh = torch.matmul(gq, $self_attn.q_proj.weight$)
              gh = torch.addmm_(torch.addmm_(gh, gk, $self_attn.k_proj.weight$), gv, $self_attn.v_proj.weight$)
              return (self).norm_backward($input_layernorm.gradient$, $input_layernorm$, x, gh)
            def hidden(self: __torch__.Policy, norm: Tensor, x: Tensor, rows: Tensor) -> Tensor:
              return (self).norm(torch.index_select(x, 0, rows), norm)
            def hidden_backward(self: __torch__.Policy, norm: Tensor, g: Tensor, x: Tensor, rows: Tensor, gradient: Tensor) -> Tensor:
              return (self).all_rows((self).norm_backward(g, norm, torch.index_select(x, 0, rows), gradient), rows, torch.size(x, 0))
            def block(self: __torch__.Policy, head: Tensor, targets: Tensor) -> Tensor:
              return torch.new_empty(head, [ops.prim.min($headRows$, torch.size(targets, 0)), torch.size(head, 0)])
            def flushed(self: __torch__.Policy, p: Tensor) -> Tensor:
              return torch.threshold_(p, $leastProbability$, 0.)
            def head_scores(self: __torch__.Policy, head: Tensor, h: Tensor, targets: Tensor, temperature: Tensor) -> List[Tensor]:
              h = torch.div(h, temperature)
              log_probs = annotate(List[Tensor], [])
              entropies = annotate(List[Tensor], [])
              sums = annotate(List[Tensor], [])
              packed = (self).packed([head])[0]
              block = (self).block(head, targets)
              start = 0
              while torch.lt(start, torch.size(targets, 0)):
                stop = start + $headRows$
                hs = torch.slice(h, 0, start, stop)
                scores = (self).product(hs, packed, None)
                l = torch._log_softmax(scores, -1, False, out=torch.slice(block, 0, 0, torch.size(hs, 0)))
                at = torch.unsqueeze(torch.slice(targets, 0, start, stop), 1)
                of_target = torch.gather(l, 1, at)
                log_probs = torch.append(log_probs, of_target)
                sums = torch.append(sums, torch.sub(torch.gather(scores, 1, at), of_target))
                entropies = torch.append(entropies, torch.neg(torch.sum(torch.mul_((self).flushed(torch.exp(l, out=scores)), l), [-1], True)))
                start = stop
              return [torch.cat(log_probs), torch.cat(entropies), torch.cat(sums)]
            def head_operand(self: __torch__.Policy, head: Tensor) -> Tensor:
              low = (self).lowered([head])[0]
              if torch.ne(ops.prim.dtype(low), 6):
                low = torch.cat([low, low, torch.new_full(low, [torch.size(low, 0), 2], -1.)], -1)
              return low
            def log_softmax(self: __torch__.Policy, head: Tensor, h: Tensor, z: Tensor, to: Tensor) -> Tensor:
              kind = ops.prim.dtype(head)
              if torch.eq(kind, 6):
                l = torch.sub_(torch.mm(h, torch.t(head), out=to), z)
              else:
                l = torch.mm(torch.cat([(self).in_two(h, kind), (self).in_two(z, kind)], -1), torch.t(head), out=to)
              return l
            def head_backward(self: __torch__.Policy, head: Tensor, g: Tensor, h: Tensor, targets: Tensor, temperature: Tensor, scores: List[Tensor], gradients: List[Tensor]) -> Tensor:
              h = torch.div(h, temperature)
              log_probs, entropies, sums, = scores
              low = (self).head_operand(head)
              kind = ops.prim.dtype(low)
              gh = torch.empty_like(h)
              first = (self).block(low, targets)
              second = (self).block(low, targets)
              start = 0
              while torch.lt(start, torch.size(targets, 0)):
                stop = start + $headRows$
                hs = torch.slice(h, 0, start, stop)
                l = (self).log_softmax(low, hs, torch.slice(sums, 0, start, stop), torch.slice(first, 0, 0, torch.size(hs, 0)))
                p = (self).flushed(torch.exp(l, out=torch.slice(second, 0, 0, torch.size(hs, 0))))
                of = torch.unsqueeze(torch.slice(gradients[0], 0, start, stop), 1)
                of_target = torch.slice(log_probs, 0, start, stop)
                gt = torch.mul(of, torch.neg(torch.expm1(of_target)))
                if torch.eq(torch.len(gradients), 1):
                  torch.mul_(p, torch.to(torch.neg(of), kind))
                else:
                  entropy = torch.slice(entropies, 0, start, stop)
                  of_entropy = torch.unsqueeze(torch.slice(gradients[1], 0, start, stop), 1)
                  both = torch.add(of, torch.mul(of_entropy, entropy))
                  torch.mul_(p, torch.neg_(torch.add_(torch.mul_(l, torch.to(of_entropy, kind)), torch.to(both, kind))))
                  gt = torch.sub(gt, torch.mul(torch.exp(of_target), torch.mul(of_entropy, torch.add(of_target, entropy))))
                torch.scatter_(p, 1, torch.unsqueeze(torch.slice(targets, 0, start, stop), 1), torch.to(gt, kind))
                torch.copy_(torch.slice(gh, 0, start, stop), torch.matmul(p, torch.slice(low, 1, 0, torch.size(h, 1))))
                _0 = (self).linear_backward(g, None, torch.to(hs, kind), p)
                start = stop
              return torch.div_(gh, temperature)
            def global_norm(self: __torch__.Policy, gradients: List[Tensor]) -> Tensor:
              return torch.linalg_vector_norm(torch.stack(torch._foreach_norm(gradients, 2)), 2)
            def scale(self: __torch__.Policy, gradients: List[Tensor], factor: float) -> int:
              torch._foreach_mul_(gradients, factor)
              return 0
            def clear(self: __torch__.Policy, gradients: List[Tensor]) -> int:
              torch._foreach_zero_(gradients)
              return 0
            def adamw(self: __torch__.Policy, weights: List[Tensor], gradients: List[Tensor], first: List[Tensor], second: List[Tensor], steps: List[Tensor], learning_rate: float, beta1: float, beta2: float, weight_decay: float, epsilon: float) -> int:
              torch._foreach_add_(steps, 1)
              torch._fused_adamw_(weights, gradients, first, second, [], steps, lr=learning_rate, beta1=beta1, beta2=beta2, weight_decay=weight_decay, eps=epsilon, amsgrad=False, maximize=False)
              return 0
            """;

    private static final String QUERY_KEY_NORM =
            """
              q = torch.unflatten((self).linear(h, $self_attn.q_proj$), -1, [$heads$, $headSize$])
              k = torch.unflatten((self).linear(h, $self_attn.k_proj$), -1, [$keyValueHeads$, $headSize$])
              gq = (self).norm_backward($self_attn.q_norm.gradient$, $self_attn.q_norm$, q, gq)
              gk = (self).norm_backward($self_attn.k_norm.gradient$, $self_attn.k_norm$, k, gk)
            """;

    private TrainingText() {}

    static String of(ModelConfig config, ComputeType computeType) {
        return AttentionText.of(TorchEngine.device(), computeType)
                + METHODS.replace("$queryKeyNorm$\n", config.queryKeyNorm() ? QUERY_KEY_NORM : "")
                        .replace("$leastProbability$", Double.toString(LEAST_PROBABILITY))
                        .replace("$headRows$", Integer.toString(headRows(config)))
                        .replace("$layerRows$", Integer.toString(layerRows(config, computeType)));
    }

    /** Rows of logits that are computed at once. */
    static int headRows(ModelConfig config) {
        return Math.max(1, LOGITS_AT_ONCE / config.vocabularySize());
    }

    /** Tokens that go through all of a layer but its attention at once. */
    static int layerRows(ModelConfig config, ComputeType computeType) {
        int atOnce = computeType == ComputeType.FLOAT32 ? LAYER_AT_ONCE : ROUNDED_LAYER_AT_ONCE;
        return Math.max(LEAST_AT_ONCE, atOnce / Math.max(config.mlpSize(), config.hiddenSize()));
    }
}
