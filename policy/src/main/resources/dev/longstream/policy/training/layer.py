# A layer forward and backward, for one row of T tokens that TreeLayout lays out.
#
# Gradients are written by hand; nothing is recorded. layer returns its output, its attention's output and log-sums,
# and, if told to keep what its gradient takes: queries, keys and values, then what gates returns for each chunk of
# tokens. All but the output go to layer_backward, which computes a second time what was not kept. Gradients of
# weights are added to weight_gradients, arrays of the weights' shapes. An empty array stands for a weight that is not
# trained: where there are adapters, only their matrices are.
#
# Operands of matrix products and of the attention are rounded to self.compute_type. Everything else is float32: norms,
# rotations, the residual and its gradient, sums of gradients of weights.
#
# The last layer's output matters only for tokens that predict an answer token; other tokens need only their keys and
# values there. A plan's rows are the tokens whose output is computed; without any, all are.
#
# Shapes: T tokens; N tokens whose output is computed; C tokens of one chunk. w and weight_gradients are a layer's
# lists.


def angles(
    self,
    positions: Tensor,  # (T), int64
    frequencies: Tensor,  # (head_size / 2), float64
) -> Tensor:  # (2, T, 1, head_size): cosines, signed sines
    """Computes the rotation of every token."""
    return torch.stack(self.rotation(positions.unsqueeze(-1), frequencies), 0)


def embed(
    self,
    embedding: Tensor,  # (vocabulary, hidden)
    tokens: Tensor,  # (T), int64
) -> Tensor:  # (T, hidden)
    """Looks up the tokens' embeddings."""
    return torch.embedding(embedding, tokens)


def embed_backward(
    self,
    embedding_gradient: Tensor,  # (vocabulary, hidden), or (0)
    tokens: Tensor,  # (T), int64
    gradient: Tensor,  # (T, hidden)
) -> int:
    """Adds the gradient of embed to the embedding's gradient, in place."""
    if embedding_gradient.size(0) > 0:
        embedding_gradient.index_add_(0, tokens, gradient)
    return 0


def chosen(
    self,
    x: Tensor,  # (T, ...)
    rows: Tensor,  # (N), or (0) for all; int64
) -> Tensor:  # (N, ...)
    """Takes the rows whose output is computed."""
    if rows.size(0) > 0:
        x = torch.index_select(x, 0, rows)
    return x


def all_rows(
    self,
    x: Tensor,  # (N, ...)
    rows: Tensor,  # (N), or (0) for all; int64
    count: int,
) -> Tensor:  # (count, ...)
    """Puts chosen rows back to their places; all other rows are 0."""
    if rows.size(0) > 0:
        x = torch.index_add(x.new_zeros([count] + x.size()[1:]), 0, rows, x)
    return x


def chunk(
    self,
    x: Tensor,  # (tokens, ...)
    start: int,
) -> Tensor:  # (C, ...)
    """Views the rows that go through the layer together, from start on."""
    return x[start : start + self.layer_rows]


def norm_backward(
    self,
    weight_gradient: Tensor,  # (size), or (0)
    weight: Tensor,  # (size)
    x: Tensor,  # (..., size)
    gradient: Tensor,  # (..., size)
) -> Tensor:  # (..., size), float32
    """Adds to the weight's gradient of norm, and computes that of x.

    With r = sqrt(mean(x²) + epsilon) and n = x / r it is (gradient · weight - n · mean(gradient · weight · n)) / r.
    """
    x = x.to(self.float32)
    scale = torch.rsqrt(torch.mean(torch.square(x), [-1], True) + self.epsilon)  # (..., 1)
    normal = x * scale  # (..., size)
    if weight_gradient.size(0) > 0:
        weight_gradient.add_(torch.sum((gradient * normal).reshape([-1, weight_gradient.size(0)]), [0]))
    of_normal = gradient * weight  # (..., size)
    mean = torch.mean(of_normal * normal, [-1], True)  # (..., 1)
    return of_normal.sub_(normal.mul_(mean)).mul_(scale)


def linear_backward(
    self,
    weight_gradient: Tensor,  # (outputs, inputs), or (0)
    bias_gradient: Optional[Tensor],  # (outputs), or (0)
    x: Tensor,  # (C, inputs)
    gradient: Tensor,  # (C, outputs), of the type of x
) -> int:
    """Adds to the gradients of weight and bias of linear, in place."""
    if weight_gradient.size(0) > 0:
        if x.dtype == self.float32:
            weight_gradient.addmm_(gradient.t(), x)
        else:
            weight_gradient.add_(gradient.t() @ x)
    if bias_gradient is not None:
        if bias_gradient.size(0) > 0:
            bias_gradient.add_(torch.sum(gradient, [0], False, dtype=self.float32))
    return 0


def lora_backward(
    self,
    w: List[Tensor],  # a layer's weights
    weight_gradients: List[Tensor],  # the shapes of w
    lora: int,  # index of the matrix A into w, or -1
    x: Tensor,  # (C, inputs), of the type of operands
    gradient: Tensor,  # (C, outputs), of the type of operands
    x_gradient: Tensor,  # (C, inputs), of the type of operands
) -> Tensor:  # (C, inputs)
    """Adds to the gradients of a map's adapter, and adds what passes through it to the gradient of x, in place."""
    if lora >= 0:
        a = w[lora]  # (rank, inputs)
        low = self.linear(x, a, None) * self.lora_scale  # (C, rank)
        of_low = (gradient @ w[lora + 1]) * self.lora_scale  # (C, rank)
        self.linear_backward(weight_gradients[lora + 1], None, low, gradient)
        self.linear_backward(weight_gradients[lora], None, x, of_low)
        x_gradient = x_gradient.addmm_(of_low, a)
    return x_gradient


def attention_inputs(
    self,
    w: List[Tensor],  # a layer's weights
    x: Tensor,  # (T, hidden)
    angles: Tensor,  # (2, T, 1, head_size)
    rows: Tensor,  # (N), or (0) for all; int64
) -> List[Tensor]:  # queries (N, heads, head_size), scaled; keys, values (T, key_value_heads, head_size)
    """Computes the operands of the attention, in the type of operands."""
    q, k, v = self.project(w, x, angles.select(0, 0), angles.select(0, 1))
    dtype = v.dtype
    return [(self.chosen(q, rows) * self.attention_scale).to(dtype), k.to(dtype), v]


def layer(
    self,
    w: List[Tensor],  # a layer's weights
    x: Tensor,  # (T, hidden)
    angles: Tensor,  # (2, T, 1, head_size)
    plan: List[Tensor],  # rows (N) or (0), parts (parts, 5), places (places); int64
    keep: bool,
) -> List[Tensor]:  # y (N, hidden), output (N, heads, head_size), log_sums (N, heads), then q, k, v and gates if kept
    """Computes a layer, and returns with its output what its gradient takes."""
    w = self.lowered(w)
    rows, parts, places = plan
    q, k, v = self.attention_inputs(w, x, angles, rows)
    output, log_sums = self.attend(q, k, v, parts, places)
    x = self.chosen(x, rows)
    y = torch.empty_like(x)
    kept: List[Tensor] = []
    if keep:
        kept = [q, k, v]
    start = 0
    while start < x.size(0):
        gates = self.gates(w, self.chunk(x, start), self.chunk(output, start))  # middle (C, hidden); gate, up (C, mlp)
        self.chunk(y, start).copy_(self.through_mlp(w, gates[0], gates[1], gates[2]))
        if keep:
            kept = kept + gates
        start = start + self.layer_rows
    return [y, output, log_sums] + kept


def layer_backward(
    self,
    w: List[Tensor],  # a layer's weights
    weight_gradients: List[Tensor],  # the shapes of w
    x: Tensor,  # (T, hidden)
    angles: Tensor,  # (2, T, 1, head_size)
    plan: List[Tensor],  # rows (N) or (0), parts (parts, 5), places (places); int64
    made: List[Tensor],  # what layer returned, but for y
    gradient: Tensor,  # (N, hidden)
) -> Tensor:  # (T, hidden)
    """Adds to the gradients of a layer's weights, and computes that of its input."""
    w = self.lowered(w)
    rows, parts, places = plan
    output = made[0]  # (N, heads, head_size)
    is_kept = len(made) > 2
    below = self.chosen(x, rows)  # (N, hidden)
    x_gradient = torch.empty_like(gradient)  # (N, hidden), that of the residual first
    output_gradient = torch.empty_like(output)  # (N, heads, head_size)
    start = 0
    next = 5  # where gates of the next chunk begin in made
    while start < below.size(0):
        if is_kept:
            gates = made[next : next + 3]
        else:
            gates = self.gates(w, self.chunk(below, start), self.chunk(output, start))
        of_input, of_attended = self.finish_backward(
            w, weight_gradients, self.chunk(output, start), gates, self.chunk(gradient, start)
        )
        self.chunk(x_gradient, start).copy_(of_input)
        self.chunk(output_gradient, start).copy_(of_attended)
        start = start + self.layer_rows
        next = next + 3
    if is_kept:
        attended = made[:5]
    else:
        attended = made + self.attention_inputs(w, x, angles, rows)
    q_gradient, k_gradient, v_gradient = self.attend_backward(attended, output_gradient, parts, places)
    tokens = x.size(0)
    q_gradient = self.all_rows(q_gradient, rows, tokens)  # (T, heads, head_size)
    x_gradient = self.all_rows(x_gradient, rows, tokens)  # (T, hidden)
    start = 0
    while start < tokens:
        self.chunk(x_gradient, start).add_(
            self.project_backward(
                w,
                weight_gradients,
                self.chunk(x, start),
                [self.chunk(angles.select(0, 0), start), self.chunk(angles.select(0, 1), start)],
                [self.chunk(q_gradient, start), self.chunk(k_gradient, start), self.chunk(v_gradient, start)],
            )
        )
        start = start + self.layer_rows
    return x_gradient


def finish_backward(
    self,
    w: List[Tensor],  # a layer's weights
    weight_gradients: List[Tensor],  # the shapes of w
    attended: Tensor,  # (C, heads, head_size)
    gates: List[Tensor],  # middle (C, hidden); gate, up (C, mlp)
    gradient: Tensor,  # (C, hidden)
) -> List[Tensor]:  # gradients of x (C, hidden) along the residual, of attended (C, heads, head_size)
    """Adds to the gradients of what follows the attention in a layer, and computes those of its inputs."""
    middle, gate, up = gates
    dtype = w[self.down_proj_weight].dtype
    low = gradient.to(dtype)  # (C, hidden)
    opened = torch.silu(gate)  # (C, mlp)
    down_bias = self.optional(weight_gradients, self.down_proj_bias)
    product = opened * up  # (C, mlp)
    self.linear_backward(weight_gradients[self.down_proj_weight], down_bias, product, low)
    of_product = low @ w[self.down_proj_weight]  # (C, mlp)
    of_product = self.lora_backward(w, weight_gradients, self.down_proj_lora, product, low, of_product)
    of_up = opened.mul_(of_product)  # (C, mlp)
    of_gate = torch.silu_backward(of_product.mul_(up), gate)  # (C, mlp)
    normed = self.norm(middle, w[self.post_attention_norm]).to(dtype)  # (C, hidden)
    up_bias = self.optional(weight_gradients, self.up_proj_bias)
    self.linear_backward(weight_gradients[self.up_proj_weight], up_bias, normed, of_up)
    gate_bias = self.optional(weight_gradients, self.gate_proj_bias)
    self.linear_backward(weight_gradients[self.gate_proj_weight], gate_bias, normed, of_gate)
    of_normed = (of_up @ w[self.up_proj_weight]).addmm_(of_gate, w[self.gate_proj_weight])  # (C, hidden)
    of_normed = self.lora_backward(w, weight_gradients, self.up_proj_lora, normed, of_up, of_normed)
    of_normed = self.lora_backward(w, weight_gradients, self.gate_proj_lora, normed, of_gate, of_normed)
    norm_gradient = weight_gradients[self.post_attention_norm]
    of_middle = self.norm_backward(norm_gradient, w[self.post_attention_norm], middle, of_normed)  # (C, hidden)
    of_middle.add_(gradient)
    low = of_middle.to(dtype)
    o_bias = self.optional(weight_gradients, self.o_proj_bias)
    flat = attended.flatten(-2, -1)  # (C, heads · head_size)
    self.linear_backward(weight_gradients[self.o_proj_weight], o_bias, flat, low)
    of_flat = low @ w[self.o_proj_weight]  # (C, heads · head_size)
    of_flat = self.lora_backward(w, weight_gradients, self.o_proj_lora, flat, low, of_flat)
    return [of_middle, of_flat.unflatten(-1, [self.heads, self.head_size])]


def project_backward(
    self,
    w: List[Tensor],  # a layer's weights
    weight_gradients: List[Tensor],  # the shapes of w
    x: Tensor,  # (C, hidden)
    rotation: List[Tensor],  # cos, sin (C, 1, head_size)
    gradients: List[Tensor],  # of scaled queries (C, heads, head_size); keys, values (C, key_value_heads, head_size)
) -> Tensor:  # (C, hidden)
    """Adds to the gradients of what precedes the attention in a layer, and computes that of its input."""
    cos, sin = rotation
    q_gradient, k_gradient, v_gradient = gradients
    dtype = w[self.q_proj_weight].dtype
    normed = self.norm(x, w[self.input_norm]).to(dtype)  # (C, hidden)
    back = -sin  # (C, 1, head_size); turns the other way
    q_gradient = self.rotate(q_gradient, cos, back) * self.attention_scale
    k_gradient = self.rotate(k_gradient, cos, back)
    if self.query_key_norm:
        queries = self.query_projection(w, normed)  # (C, heads, head_size)
        keys = self.key_projection(w, normed)  # (C, key_value_heads, head_size)
        q_gradient = self.norm_backward(weight_gradients[self.q_norm], w[self.q_norm], queries, q_gradient)
        k_gradient = self.norm_backward(weight_gradients[self.k_norm], w[self.k_norm], keys, k_gradient)
    q_gradient = q_gradient.flatten(-2, -1).to(dtype)  # (C, heads · head_size)
    k_gradient = k_gradient.flatten(-2, -1).to(dtype)  # (C, key_value_heads · head_size)
    v_gradient = v_gradient.flatten(-2, -1).to(dtype)  # (C, key_value_heads · head_size)
    q_bias = self.optional(weight_gradients, self.q_proj_bias)
    self.linear_backward(weight_gradients[self.q_proj_weight], q_bias, normed, q_gradient)
    k_bias = self.optional(weight_gradients, self.k_proj_bias)
    self.linear_backward(weight_gradients[self.k_proj_weight], k_bias, normed, k_gradient)
    v_bias = self.optional(weight_gradients, self.v_proj_bias)
    self.linear_backward(weight_gradients[self.v_proj_weight], v_bias, normed, v_gradient)
    of_normed = q_gradient @ w[self.q_proj_weight]  # (C, hidden)
    of_normed.addmm_(k_gradient, w[self.k_proj_weight]).addmm_(v_gradient, w[self.v_proj_weight])
    of_normed = self.lora_backward(w, weight_gradients, self.q_proj_lora, normed, q_gradient, of_normed)
    of_normed = self.lora_backward(w, weight_gradients, self.k_proj_lora, normed, k_gradient, of_normed)
    of_normed = self.lora_backward(w, weight_gradients, self.v_proj_lora, normed, v_gradient, of_normed)
    return self.norm_backward(weight_gradients[self.input_norm], w[self.input_norm], x, of_normed)
