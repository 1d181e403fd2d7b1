package dev.longstream.policy.training;

import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.model.TorchEngine;

/**
 * TorchScript methods for scoring and training, on top of the forward pass. T tokens in one row, laid out by {@link TreeLayout}; Q of them
 * predict the M answer tokens.
 *
 * <p>A layer is three parts: {@code project} up to queries, keys and values; the attention, whose backward pass is written by hand; {@code
 * finish}. Gradients of the first and the last come from recording them, a layer at a time: either while the layer is computed ({@code
 * layer_keeping}), or when its gradient is wanted, and then {@code finish} by chunks of tokens ({@code layer_backward}). Methods that record
 * say so; gradients of weights are added to {@code g}, arrays of the weights' shapes.
 *
 * <p>What the last layer makes of tokens that predict nothing does not matter: it goes no further than keys and values for them. {@code rows}
 * are those it goes on with; without any, all.
 */
final class TrainingText {
    /** Floats of one block of logits: 64 MiB, of which a gradient needs two. */
    private static final int LOGITS_AT_ONCE = 1 << 24;

    /** Floats of one chunk's widest array inside the MLP: 16 MiB, of which a gradient needs some ten. */
    private static final int MLP_AT_ONCE = 1 << 22;

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
            def leaf(self: __torch__.Policy, x: Tensor) -> Tensor:
              return torch.requires_grad_(torch.detach(x), True)
            def add_gradients(self: __torch__.Policy, g: List[Tensor], found: List[Optional[Tensor]], first: int) -> int:
              for i in range(torch.len(g)):
                more = found[first + i]
                if torch.__isnot__(more, None):
                  torch.add_(g[i], torch._unwrap_optional(more))
              return 0
            def gradients(self: __torch__.Policy, of: List[Tensor], by: List[Tensor], given: List[Optional[Tensor]]) -> List[Optional[Tensor]]:
              return torch.grad(of, by, given, None, False, True)
            def layer(self: __torch__.Policy, w: List[Tensor], x: Tensor, angles: Tensor, rows: Tensor, parts: Tensor, places: Tensor) -> List[Tensor]:
              q, k, v, = (self).project(w, x, torch.select(angles, 0, 0), torch.select(angles, 0, 1))
              o, z, = (self).attend((self).chosen(q, rows), k, v, parts, places)
              x = (self).chosen(x, rows)
              y = torch.empty_like(x)
              start = 0
              while torch.lt(start, torch.size(x, 0)):
                stop = start + $mlpRows$
                torch.copy_(torch.slice(y, 0, start, stop), (self).finish(w, torch.slice(x, 0, start, stop), torch.slice(o, 0, start, stop)))
                start = stop
              return [y, o, z]
            def layer_keeping(self: __torch__.Policy, w: List[Tensor], x: Tensor, angles: Tensor, rows: Tensor, parts: Tensor, places: Tensor) -> List[Tensor]:
              x = (self).leaf(x)
              q, k, v, = (self).project(w, x, torch.select(angles, 0, 0), torch.select(angles, 0, 1))
              q = (self).chosen(q, rows)
              o, z, = (self).attend(torch.detach(q), torch.detach(k), torch.detach(v), parts, places)
              o = (self).leaf(o)
              y = (self).finish(w, (self).chosen(x, rows), o)
              return [torch.detach(y), y, x, q, k, v, o, z]
            def layer_backward_kept(self: __torch__.Policy, w: List[Tensor], g: List[Tensor], kept: List[Tensor], parts: Tensor, places: Tensor, gradient: Tensor) -> Tensor:
              y, x, q, k, v, o, z, = kept
              found = (self).gradients([y], torch.add([x, o], w), annotate(List[Optional[Tensor]], [gradient]))
              direct = torch._unwrap_optional(found[0])
              go = torch._unwrap_optional(found[1])
              _0 = (self).add_gradients(g, found, 2)
              return (self).project_backward(w, g, x, q, k, v, o, z, go, direct, parts, places)
            def project_backward(self: __torch__.Policy, w: List[Tensor], g: List[Tensor], x: Tensor, q: Tensor, k: Tensor, v: Tensor, o: Tensor, z: Tensor, go: Tensor, direct: Tensor, parts: Tensor, places: Tensor) -> Tensor:
              gq, gk, gv, = (self).attend_backward(go, torch.detach(q), torch.detach(k), torch.detach(v), torch.detach(o), z, parts, places)
              found = (self).gradients([q, k, v], torch.add([x], w), annotate(List[Optional[Tensor]], [gq, gk, gv]))
              _0 = (self).add_gradients(g, found, 1)
              return torch.add(torch._unwrap_optional(found[0]), direct)
            def layer_backward(self: __torch__.Policy, w: List[Tensor], g: List[Tensor], x: Tensor, angles: Tensor, rows: Tensor, parts: Tensor, places: Tensor, o: Tensor, z: Tensor, gradient: Tensor) -> Tensor:
              kept = (self).chosen(x, rows)
              direct = torch.empty_like(kept)
              go = torch.empty_like(o)
              start = 0
              while torch.lt(start, torch.size(kept, 0)):
                stop = start + $mlpRows$
                xs = (self).leaf(torch.slice(kept, 0, start, stop))
                os = (self).leaf(torch.slice(o, 0, start, stop))
                found = (self).gradients([(self).finish(w, xs, os)], torch.add([xs, os], w), annotate(List[Optional[Tensor]], [torch.slice(gradient, 0, start, stop)]))
                torch.copy_(torch.slice(direct, 0, start, stop), torch._unwrap_optional(found[0]))
                torch.copy_(torch.slice(go, 0, start, stop), torch._unwrap_optional(found[1]))
                _0 = (self).add_gradients(g, found, 2)
                start = stop
              if torch.gt(torch.size(rows, 0), 0):
                direct = torch.index_add(torch.zeros_like(x), 0, rows, direct)
              xl = (self).leaf(x)
              q, k, v, = (self).project(w, xl, torch.select(angles, 0, 0), torch.select(angles, 0, 1))
              return (self).project_backward(w, g, xl, (self).chosen(q, rows), k, v, o, z, go, direct, parts, places)
            def hidden(self: __torch__.Policy, norm: Tensor, x: Tensor, rows: Tensor) -> Tensor:
              return (self).norm(torch.index_select(x, 0, rows), norm)
            def hidden_backward(self: __torch__.Policy, norm: Tensor, g: Tensor, x: Tensor, rows: Tensor, gradient: Tensor) -> Tensor:
              x = (self).leaf(x)
              found = (self).gradients([(self).hidden(norm, x, rows)], [x, norm], annotate(List[Optional[Tensor]], [gradient]))
              torch.add_(g, torch._unwrap_optional(found[1]))
              return torch._unwrap_optional(found[0])
            def logits(self: __torch__.Policy, head: Tensor, h: Tensor, temperature: Tensor) -> Tensor:
              return torch.div_(torch.linear(h, head), temperature)
            def head_scores(self: __torch__.Policy, head: Tensor, h: Tensor, targets: Tensor, temperature: Tensor) -> List[Tensor]:
              log_probs = annotate(List[Tensor], [])
              entropies = annotate(List[Tensor], [])
              start = 0
              while torch.lt(start, torch.size(targets, 0)):
                stop = start + $headRows$
                l = torch.log_softmax((self).logits(head, torch.slice(h, 0, start, stop), temperature), -1)
                at = torch.unsqueeze(torch.slice(targets, 0, start, stop), 1)
                log_probs = torch.append(log_probs, torch.squeeze(torch.gather(l, 1, at), 1))
                entropies = torch.append(entropies, torch.neg(torch.sum(torch.mul(torch.exp(l), l), [-1])))
                start = stop
              return [torch.cat(log_probs), torch.cat(entropies)]
            def head_backward(self: __torch__.Policy, head: Tensor, g: Tensor, h: Tensor, targets: Tensor, temperature: Tensor, gradient: Tensor) -> Tensor:
              gradient = torch.unsqueeze(torch.div(gradient, temperature), 1)
              gh = torch.empty_like(h)
              start = 0
              while torch.lt(start, torch.size(targets, 0)):
                stop = start + $headRows$
                hs = torch.slice(h, 0, start, stop)
                given = torch.slice(gradient, 0, start, stop)
                p = torch.softmax((self).logits(head, hs, temperature), -1)
                torch.mul_(p, torch.neg(given))
                torch.scatter_add_(p, 1, torch.unsqueeze(torch.slice(targets, 0, start, stop), 1), given)
                torch.copy_(torch.slice(gh, 0, start, stop), torch.matmul(p, head))
                torch.addmm_(g, torch.t(p), hs)
                start = stop
              return gh
            def head_backward_with_entropy(self: __torch__.Policy, head: Tensor, g: Tensor, h: Tensor, targets: Tensor, temperature: Tensor, gradient: Tensor, entropy_gradient: Tensor) -> Tensor:
              gradient = torch.unsqueeze(torch.div(gradient, temperature), 1)
              entropy_gradient = torch.unsqueeze(torch.div(entropy_gradient, temperature), 1)
              gh = torch.empty_like(h)
              start = 0
              while torch.lt(start, torch.size(targets, 0)):
                stop = start + $headRows$
                hs = torch.slice(h, 0, start, stop)
                given = torch.slice(gradient, 0, start, stop)
                l = torch.log_softmax((self).logits(head, hs, temperature), -1)
                p = torch.exp(l)
                entropy = torch.neg(torch.sum(torch.mul(p, l), [-1], True))
                of_entropy = torch.mul(torch.add(l, entropy), torch.slice(entropy_gradient, 0, start, stop))
                torch.mul_(p, torch.neg(torch.add(of_entropy, given)))
                torch.scatter_add_(p, 1, torch.unsqueeze(torch.slice(targets, 0, start, stop), 1), given)
                torch.copy_(torch.slice(gh, 0, start, stop), torch.matmul(p, head))
                torch.addmm_(g, torch.t(p), hs)
                start = stop
              return gh
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

    private TrainingText() {}

    static String of(ModelConfig config) {
        int headRows = Math.max(1, LOGITS_AT_ONCE / config.vocabularySize());
        int mlpRows = Math.max(1, MLP_AT_ONCE / Math.max(config.mlpSize(), config.hiddenSize()));
        return AttentionText.of(TorchEngine.device())
                + METHODS.replace("$headRows$", Integer.toString(headRows))
                        .replace("$mlpRows$", Integer.toString(mlpRows));
    }
}
