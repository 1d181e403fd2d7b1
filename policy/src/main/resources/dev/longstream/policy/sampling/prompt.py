# Prompts go through the model once, and leave keys and values in a cache.


def prefill(
    self,
    w: List[Tensor],  # all weights, the layers' matrices packed
    tokens: Tensor,  # (prompts, width), int64, padded on the right
    frequencies: Tensor,  # (head_size / 2), float64
    at_once: int,  # tokens of a prompt that attend together
    prefix: List[Tensor],  # none, or one cache (layers, 2, entries, key_value_heads, columns, head_size)
    entry: int,  # of the prefix
    before: int,  # columns of the prefix
) -> Tensor:  # (layers, 2, prompts, key_value_heads, width, head_size)
    """Computes the cache of prompts. If there is a prefix, they all continue the first columns of one of its entries."""
    prompts = tokens.size(0)
    width = tokens.size(1)
    cache = self.room(tokens, prompts, width)
    start = 0
    while start < width:
        chunk = tokens[:, start : start + at_once]  # (prompts, n)
        stop = start + chunk.size(1)
        positions = torch.arange(before + start, before + stop, dtype=self.int64, device=tokens.device)  # (n)
        cos, sin = self.rotation(positions.unsqueeze(-1), frequencies)  # (n, 1, head_size) each
        x = torch.embedding(w[0], chunk)  # (prompts, n, hidden)
        for layer in range(self.layers):
            layer_weights = self.layer_weights(w, layer)
            queries, new_keys, new_values = self.project(layer_weights, x, cos, sin)
            keys = cache.select(0, layer).select(0, 0)  # (prompts, key_value_heads, width, head_size)
            values = cache.select(0, layer).select(0, 1)  # the shape of keys
            keys[:, :, start:stop].copy_(new_keys.transpose(1, 2))
            values[:, :, start:stop].copy_(new_values.transpose(1, 2))
            if layer < self.layers - 1:
                keys = keys[:, :, :stop]
                values = values[:, :, :stop]
                if before > 0:
                    of_layer = prefix[0].select(0, layer)  # (2, entries, key_value_heads, columns, head_size)
                    above = of_layer[:, entry : entry + 1, :, :before].expand([-1, prompts, -1, -1, -1])
                    # both (prompts, key_value_heads, before + stop, head_size)
                    keys = torch.cat([above.select(0, 0), keys], 2)
                    values = torch.cat([above.select(0, 1), values], 2)
                x = self.finish(layer_weights, x, self.attend_prompt(queries, keys, values))
        start = stop
    return cache
