# The forward pass: one decoder layer, and what stands before and after the layers. Training and sampling build on it.
#
# This is TorchScript. libtorch compiles it when a policy is loaded; no Python interpreter reads it. All files of a
# module become methods of one class. Constants such as self.heads are attributes of its instance; Java sets them
# (TorchSource).
#
# Shapes: "..." stands for any leading dimensions; hidden, mlp, heads, key_value_heads, head_size and vocabulary are
# sizes of the configuration. w is a layer's list of weights in the order of the weight file; self.q_proj_weight and
# its like are indices into it, -1 where the configuration has no such tensor. A weight of a linear map is (outputs,
# inputs). self.q_proj_lora and its like are indices of the matrix A (rank, inputs) of a map's adapter, which its matrix
# B (outputs, rank) follows; -1 where a map has none.


def norm(
    self,
    x: Tensor,  # (..., size)
    weight: Tensor,  # (size)
) -> Tensor:  # (..., size), float32
    """Divides x by its root mean square over the last dimension, and multiplies by the weight."""
    return torch.rms_norm(x.to(self.float32), [weight.size(0)], weight, self.epsilon)


def lowered(
    self,
    w: List[Tensor],  # any shapes
) -> List[Tensor]:  # the same shapes
    """Rounds matrices to the type of products' operands. Vectors stay in float32."""
    low: List[Tensor] = []
    for i in range(len(w)):
        if w[i].dim() == 2:
            low.append(w[i].to(self.compute_type))
        else:
            low.append(w[i])
    return low


def optional(
    self,
    w: List[Tensor],  # any shapes
    index: int,
) -> Optional[Tensor]:  # the shape of w[index]
    """Returns w[index], or None when the index is -1."""
    found: Optional[Tensor] = None
    if index >= 0:
        found = w[index]
    return found


def linear(
    self,
    x: Tensor,  # (..., inputs)
    weight: Tensor,  # (outputs, inputs), possibly packed
    bias: Optional[Tensor],  # (outputs)
) -> Tensor:  # (..., outputs), of the weight's type
    """Computes x · weightᵀ + bias in the type of the weight."""
    dtype = weight.dtype
    if bias is not None:
        y = self.product(x.to(dtype), weight, bias.to(dtype))
    else:
        y = self.product(x.to(dtype), weight, None)
    return y


def mapped(
    self,
    w: List[Tensor],  # a layer's weights
    x: Tensor,  # (..., inputs)
    weight: int,  # indices into w
    bias: int,
    lora: int,
) -> Tensor:  # (..., outputs), of the weight's type
    """Computes a linear map of a layer and adds its adapter: x · weightᵀ + bias + lora_scale · (x · Aᵀ) · Bᵀ."""
    y = self.linear(x, w[weight], self.optional(w, bias))
    if lora >= 0:
        low = self.linear(x, w[lora], None) * self.lora_scale  # (..., rank)
        y = y.add_(self.linear(low, w[lora + 1], None))
    return y


def in_two(
    self,
    x: Tensor,  # (..., size)
    dtype: int,
) -> Tensor:  # (..., 2 · size), of type dtype
    """Splits x into its value rounded to a narrower type, and the rounded rest."""
    high = x.to(dtype)  # (..., size)
    return torch.cat([high, (x - high).to(dtype)], -1)


def rotation(
    self,
    positions: Tensor,  # (...), int64
    frequencies: Tensor,  # (head_size / 2), radians per position, float64
) -> List[Tensor]:  # [cos, sin], (..., head_size) each, float32
    """Computes what rotates a head at each position: cosines, and sines with the sign of either half."""
    angles = positions.unsqueeze(-1) * frequencies  # (..., head_size / 2), float64
    cos = (torch.cos(angles) * self.rope_scaling).to(self.float32)
    sin = (torch.sin(angles) * self.rope_scaling).to(self.float32)
    return [torch.cat([cos, cos], -1), torch.cat([-sin, sin], -1)]


def rotate(
    self,
    x: Tensor,  # (..., some heads, head_size)
    cos: Tensor,  # (..., 1, head_size)
    sin: Tensor,  # (..., 1, head_size)
) -> Tensor:  # (..., some heads, head_size)
    """Applies the rotary position embedding: x · cos + (x with its halves exchanged) · sin."""
    return torch.addcmul(x * cos, torch.roll(x, [self.head_size // 2], [-1]), sin)


def project(
    self,
    w: List[Tensor],  # a layer's weights
    x: Tensor,  # (..., hidden)
    cos: Tensor,  # (..., 1, head_size)
    sin: Tensor,  # (..., 1, head_size)
) -> List[Tensor]:  # queries (..., heads, head_size); keys, values (..., key_value_heads, head_size)
    """Computes the queries, keys and values of a layer's input. Queries and keys are rotated."""
    normed = self.norm(x, w[self.input_norm]).to(w[self.q_proj_weight].dtype)  # (..., hidden)
    queries = self.query_projection(w, normed)
    keys = self.key_projection(w, normed)
    values = self.mapped(w, normed, self.v_proj_weight, self.v_proj_bias, self.v_proj_lora)
    if self.query_key_norm:
        queries = self.norm(queries, w[self.q_norm])
        keys = self.norm(keys, w[self.k_norm])
    return [
        self.rotate(queries, cos, sin),
        self.rotate(keys, cos, sin),
        values.unflatten(-1, [self.key_value_heads, self.head_size]),
    ]


def query_projection(
    self,
    w: List[Tensor],  # a layer's weights
    normed: Tensor,  # (..., hidden)
) -> Tensor:  # (..., heads, head_size)
    """Projects a layer's normed input to queries, before their norm and rotation."""
    flat = self.mapped(w, normed, self.q_proj_weight, self.q_proj_bias, self.q_proj_lora)
    return flat.unflatten(-1, [self.heads, self.head_size])


def key_projection(
    self,
    w: List[Tensor],  # a layer's weights
    normed: Tensor,  # (..., hidden)
) -> Tensor:  # (..., key_value_heads, head_size)
    """Projects a layer's normed input to keys, before their norm and rotation."""
    flat = self.mapped(w, normed, self.k_proj_weight, self.k_proj_bias, self.k_proj_lora)
    return flat.unflatten(-1, [self.key_value_heads, self.head_size])


def gates(
    self,
    w: List[Tensor],  # a layer's weights
    x: Tensor,  # (..., hidden)
    attended: Tensor,  # (..., heads, head_size)
) -> List[Tensor]:  # middle (..., hidden); gate, up (..., mlp)
    """Adds the attention to the residual; projects the sum to the two halves of the MLP, before the nonlinearity."""
    flat = attended.flatten(-2, -1)  # (..., heads · head_size)
    middle = x + self.mapped(w, flat, self.o_proj_weight, self.o_proj_bias, self.o_proj_lora)  # (..., hidden)
    normed = self.norm(middle, w[self.post_attention_norm]).to(w[self.gate_proj_weight].dtype)  # (..., hidden)
    gate = self.mapped(w, normed, self.gate_proj_weight, self.gate_proj_bias, self.gate_proj_lora)  # (..., mlp)
    up = self.mapped(w, normed, self.up_proj_weight, self.up_proj_bias, self.up_proj_lora)  # (..., mlp)
    return [middle, gate, up]


def through_mlp(
    self,
    w: List[Tensor],  # a layer's weights
    middle: Tensor,  # (..., hidden)
    gate: Tensor,  # (..., mlp)
    up: Tensor,  # (..., mlp)
) -> Tensor:  # (..., hidden)
    """Computes a layer's output from what gates returns."""
    product = torch.silu(gate) * up  # (..., mlp)
    return middle + self.mapped(w, product, self.down_proj_weight, self.down_proj_bias, self.down_proj_lora)


def finish(
    self,
    w: List[Tensor],  # a layer's weights
    x: Tensor,  # (..., hidden)
    attended: Tensor,  # (..., heads, head_size)
) -> Tensor:  # (..., hidden)
    """Computes a layer's output from its input and what its heads attended to."""
    middle, gate, up = self.gates(w, x, attended)
    return self.through_mlp(w, middle, gate, up)


def spread(
    self,
    x: Tensor,  # (batch, key_value_heads, tokens, head_size)
) -> Tensor:  # (batch, heads, tokens, head_size)
    """Repeats keys or values for each query head, as the processor's attention kernel wants them."""
    if self.queries_per_key > 1:
        x = torch.repeat_interleave(x, self.queries_per_key, 1)
    return x


def layer_weights(
    self,
    w: List[Tensor],  # all weights: the embedding, then the layers'
    layer: int,
) -> List[Tensor]:  # a layer's weights
    """Returns one layer's part of the list of all weights."""
    return w[1 + layer * self.tensors_per_layer : 1 + (layer + 1) * self.tensors_per_layer]


def final_norm(
    self,
    w: List[Tensor],  # all weights
    x: Tensor,  # (..., hidden)
) -> Tensor:  # (..., hidden)
    """Applies the norm that follows the last layer."""
    return self.norm(x, w[1 + self.layers * self.tensors_per_layer])


def assign(
    self,
    to: List[Tensor],  # any shapes
    values: List[Tensor],  # the same shapes
) -> int:
    """Copies values into arrays of the same shapes, in place."""
    torch._foreach_copy_(to, values)
    return 0
