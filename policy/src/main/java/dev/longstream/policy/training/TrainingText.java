package dev.longstream.policy.training;

/**
 * TorchScript methods for scoring and training, on top of the forward pass. B groups, T = P + N tokens each, laid out by {@link
 * PackedGroups}; M answer tokens. The mask is (B, 1, 1 + N, T), its first row that of the prompt's last token.
 *
 * <p>What the last layer makes of a prompt's tokens matters only to its last one, so that layer goes no further than keys and values for the
 * others.
 */
final class TrainingText {
    /** Floats of one block of logits: 64 MiB, of which a gradient needs a few. */
    private static final int LOGITS_AT_ONCE = 1 << 24;

    static final String METHODS =
            """
            def angles(self: __torch__.Policy, positions: Tensor, frequencies: Tensor) -> Tensor:
              return torch.stack((self).turns(torch.unsqueeze(positions, -1), frequencies), 0)
            def mask(self: __torch__.Policy, tokens: Tensor, owners: Tensor, prompt_lengths: Tensor) -> Tensor:
              n = torch.size(owners, 1)
              p = torch.size(tokens, 1) - n
              columns = torch.arange(p, dtype=4, layout=None, device=ops.prim.device(tokens), pin_memory=None)
              of_prompt = torch.lt(columns, torch.unsqueeze(prompt_lengths, 1))
              of_prompt = torch.expand(torch.unsqueeze(of_prompt, 1), [-1, n + 1, -1])
              predictor_owners = torch.cat([torch.full_like(torch.unsqueeze(prompt_lengths, 1), -2), owners], 1)
              of_answer = torch.tril(torch.eq(torch.unsqueeze(predictor_owners, 2), torch.unsqueeze(owners, 1)), -1)
              hidden = torch.logical_not(torch.cat([of_prompt, of_answer], 2))
              return torch.unsqueeze(torch.mul(torch.to(hidden, 6), -1e30), 1)
            def embed(self: __torch__.Policy, w: List[Tensor], tokens: Tensor) -> Tensor:
              return torch.embedding(w[0], tokens)
            def layer(self: __torch__.Policy, w: List[Tensor], x: Tensor, angles: Tensor, mask: Tensor) -> Tensor:
              t = torch.size(x, 1)
              p = t - torch.size(mask, 2) + 1
              q, k, v, = (self).project(w, x, torch.select(angles, 0, 0), torch.select(angles, 0, 1))
              q = torch.transpose(q, 1, 2)
              k = (self).spread(torch.transpose(k, 1, 2))
              v = (self).spread(torch.transpose(v, 1, 2))
              o = torch.scaled_dot_product_attention(torch.slice(q, 2, 0, p), torch.slice(k, 2, 0, p), torch.slice(v, 2, 0, p), None, 0., True)
              if torch.gt(t, p):
                o = torch.cat([o, torch.scaled_dot_product_attention(torch.slice(q, 2, p, t), k, v, torch.slice(mask, 2, 1), 0., False)], 2)
              return (self).finish(w, x, torch.transpose(o, 1, 2))
            def last_layer(self: __torch__.Policy, w: List[Tensor], x: Tensor, angles: Tensor, mask: Tensor, predictors: Tensor) -> Tensor:
              b = torch.size(mask, 0)
              q, k, v, = (self).project(w, x, torch.select(angles, 0, 0), torch.select(angles, 0, 1))
              q = torch.unflatten(torch.index_select(torch.flatten(q, 0, 1), 0, predictors), 0, [b, -1])
              k = (self).spread(torch.transpose(k, 1, 2))
              v = (self).spread(torch.transpose(v, 1, 2))
              o = torch.scaled_dot_product_attention(torch.transpose(q, 1, 2), k, v, mask, 0., False)
              kept = torch.unflatten(torch.index_select(torch.flatten(x, 0, 1), 0, predictors), 0, [b, -1])
              return (self).finish(w, kept, torch.transpose(o, 1, 2))
            def predicting(self: __torch__.Policy, norm: List[Tensor], x: Tensor, rows: Tensor) -> Tensor:
              return (self).norm(torch.index_select(torch.flatten(x, 0, 1), 0, rows), norm[0])
            def log_softmax_of(self: __torch__.Policy, head: Tensor, h: Tensor, temperature: Tensor) -> Tensor:
              return torch.log_softmax(torch.div(torch.linear(h, head), temperature), -1)
            def head_scores(self: __torch__.Policy, head: Tensor, h: Tensor, targets: Tensor, temperature: Tensor) -> List[Tensor]:
              log_probs = annotate(List[Tensor], [])
              entropies = annotate(List[Tensor], [])
              m = torch.size(targets, 0)
              start = 0
              while torch.lt(start, m):
                stop = start + $headRows$
                l = (self).log_softmax_of(head, torch.slice(h, 0, start, stop), temperature)
                at = torch.unsqueeze(torch.slice(targets, 0, start, stop), 1)
                log_probs = torch.append(log_probs, torch.squeeze(torch.gather(l, 1, at), 1))
                entropies = torch.append(entropies, torch.neg(torch.sum(torch.mul(torch.exp(l), l), [-1])))
                start = stop
              return [torch.cat(log_probs), torch.cat(entropies)]
            def head_loss(self: __torch__.Policy, head: List[Tensor], h: Tensor, targets: Tensor, temperature: Tensor, gradient: Tensor) -> Tensor:
              l = (self).log_softmax_of(head[0], h, temperature)
              return torch.sum(torch.mul(torch.squeeze(torch.gather(l, 1, torch.unsqueeze(targets, 1)), 1), gradient))
            def score(self: __torch__.Policy, w: List[Tensor], tokens: Tensor, positions: Tensor, frequencies: Tensor, owners: Tensor, prompt_lengths: Tensor, predictors: Tensor, rows: Tensor, targets: Tensor, temperature: Tensor) -> List[Tensor]:
              angles = (self).angles(positions, frequencies)
              mask = (self).mask(tokens, owners, prompt_lengths)
              x = (self).embed(w, tokens)
              for i in range($layers$ - 1):
                x = (self).layer((self).layer_weights(w, i), x, angles, mask)
              x = (self).last_layer((self).layer_weights(w, $layers$ - 1), x, angles, mask, predictors)
              h = (self).final_norm(w, torch.index_select(torch.flatten(x, 0, 1), 0, rows))
              return (self).head_scores((self).output_head(w), h, targets, temperature)
            def inner_product(self: __torch__.Policy, x: Tensor, y: Tensor) -> Tensor:
              return torch.sum(torch.mul(x, y))
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

    /** How many rows of logits are computed at once. */
    static int headRows(int vocabularySize) {
        return Math.max(1, LOGITS_AT_ONCE / vocabularySize);
    }

    static String of(int vocabularySize) {
        return METHODS.replace("$headRows$", Integer.toString(headRows(vocabularySize)));
    }
}
