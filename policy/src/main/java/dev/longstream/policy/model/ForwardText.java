package dev.longstream.policy.model;

import dev.longstream.policy.folder.ModelConfig;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The forward pass of a configuration, as TorchScript methods that training and sampling build on:
 *
 * <ul>
 *   <li>{@code turns(positions, frequencies)}: cosines and signed sines for {@code rotate}, (…, headSize)
 *   <li>{@code project(w, x, cos, sin)}: [queries (…, heads, headSize), keys and values (…, keyValueHeads, headSize)] of a layer's input (…,
 *       hiddenSize); queries and keys are rotated
 *   <li>{@code gates(w, x, attended)}: [y, gate, up] from a layer's input and what its heads attended to (…, heads, headSize): the input of
 *       the MLP (…, hiddenSize), and what its two halves (…, mlpSize) make of that, before the nonlinearity
 *   <li>{@code through_mlp(w, y, gate, up)}: the layer's output; {@code finish(w, x, attended)} is both
 *   <li>{@code lowered(w)}: {@code w} with its matrices in {@link ComputeType}' type, in which {@code linear} computes; queries, keys and the
 *       residual come out in float32 all the same
 *   <li>{@code in_two(x, kind)}: x (…, n) as (…, 2n) of a narrower type: rounded, and what was rounded off
 *   <li>{@code packed(w)}: {@code w} with its matrices as {@link PackedMatrices}, which {@code linear} and {@code product(x, weight, bias)}
 *       take, too; {@code can_pack()}: whether that changes anything
 *   <li>{@code norm(x, weight)}: x / √(mean(x²) + ε) · weight
 *   <li>{@code spread(x)}: (B, keyValueHeads, T, headSize) → (B, heads, T, headSize); the memory-efficient attention of processors wants it
 *   <li>{@code layer_weights(w, i)}: the part of the list of all weights that {@code w} stands for above
 * </ul>
 *
 * <p>Weights come in the order of {@link ModelConfig#tensors}. Nothing in the text names a device: tensors are made where their arguments
 * are.
 */
public final class ForwardText {
    private static final String METHODS =
            """
            def norm(self: __torch__.Policy, x: Tensor, weight: Tensor) -> Tensor:
              return torch.rms_norm(torch.to(x, 6), [torch.size(weight, 0)], weight, $epsilon$)
            def lowered(self: __torch__.Policy, w: List[Tensor]) -> List[Tensor]:
              low = annotate(List[Tensor], [])
              for i in range(torch.len(w)):
                if torch.eq(torch.dim(w[i]), 2):
                  low = torch.append(low, torch.to(w[i], $products$))
                else:
                  low = torch.append(low, w[i])
              return low
            def linear(self: __torch__.Policy, x: Tensor, weight: Tensor, bias: Optional[Tensor]) -> Tensor:
              kind = ops.prim.dtype(weight)
              if torch.__isnot__(bias, None):
                y = (self).product(torch.to(x, kind), weight, torch.to(torch._unwrap_optional(bias), kind))
              else:
                y = (self).product(torch.to(x, kind), weight, None)
              return y
            def in_two(self: __torch__.Policy, x: Tensor, kind: int) -> Tensor:
              high = torch.to(x, kind)
              return torch.cat([high, torch.to(torch.sub(x, high), kind)], -1)
            def turns(self: __torch__.Policy, positions: Tensor, frequencies: Tensor) -> List[Tensor]:
              angles = torch.mul(torch.unsqueeze(positions, -1), frequencies)
              cos = torch.to(torch.mul(torch.cos(angles), $scaling$), 6)
              sin = torch.to(torch.mul(torch.sin(angles), $scaling$), 6)
              return [torch.cat([cos, cos], -1), torch.cat([torch.neg(sin), sin], -1)]
            def rotate(self: __torch__.Policy, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
              return torch.addcmul(torch.mul(x, cos), torch.roll(x, [$halfHead$], [-1]), sin)
            def project(self: __torch__.Policy, w: List[Tensor], x: Tensor, cos: Tensor, sin: Tensor) -> List[Tensor]:
              h = torch.to((self).norm(x, $input_layernorm$), ops.prim.dtype($self_attn.q_proj.weight$))
              q = torch.unflatten((self).linear(h, $self_attn.q_proj$), -1, [$heads$, $headSize$])
              k = torch.unflatten((self).linear(h, $self_attn.k_proj$), -1, [$keyValueHeads$, $headSize$])
              v = torch.unflatten((self).linear(h, $self_attn.v_proj$), -1, [$keyValueHeads$, $headSize$])
            $queryKeyNorm$
              return [(self).rotate(q, cos, sin), (self).rotate(k, cos, sin), v]
            def gates(self: __torch__.Policy, w: List[Tensor], x: Tensor, attended: Tensor) -> List[Tensor]:
              y = torch.add(x, (self).linear(torch.flatten(attended, -2, -1), $self_attn.o_proj$))
              h = torch.to((self).norm(y, $post_attention_layernorm$), ops.prim.dtype($mlp.gate_proj.weight$))
              return [y, (self).linear(h, $mlp.gate_proj$), (self).linear(h, $mlp.up_proj$)]
            def through_mlp(self: __torch__.Policy, w: List[Tensor], y: Tensor, gate: Tensor, up: Tensor) -> Tensor:
              return torch.add(y, (self).linear(torch.mul(torch.silu(gate), up), $mlp.down_proj$))
            def finish(self: __torch__.Policy, w: List[Tensor], x: Tensor, attended: Tensor) -> Tensor:
              y, gate, up, = (self).gates(w, x, attended)
              return (self).through_mlp(w, y, gate, up)
            def spread(self: __torch__.Policy, x: Tensor) -> Tensor:
              return $spread$
            def layer_weights(self: __torch__.Policy, w: List[Tensor], i: int) -> List[Tensor]:
              return torch.slice(w, 1 + i * $tensorsPerLayer$, 1 + (i + 1) * $tensorsPerLayer$, 1)
            def final_norm(self: __torch__.Policy, w: List[Tensor], x: Tensor) -> Tensor:
              return (self).norm(x, w[1 + $layers$ * $tensorsPerLayer$])
            def assign(self: __torch__.Policy, to: List[Tensor], values: List[Tensor]) -> int:
              torch._foreach_copy_(to, values)
              return 0
            """;

    private static final String QUERY_KEY_NORM =
            """
              q = (self).norm(q, $self_attn.q_norm$)
              k = (self).norm(k, $self_attn.k_norm$)
            """;

    private ForwardText() {}

    /** The methods for a configuration. */
    public static String of(ModelConfig config, ComputeType computeType) {
        return fill(
                (METHODS + PackedMatrices.METHODS)
                        .replace("$products$", Integer.toString(computeType.torchType()))
                        .replace("$queryKeyNorm$\n", config.queryKeyNorm() ? QUERY_KEY_NORM : ""),
                config);
    }

    /**
     * Replaces what stands between dollars: {@code layers}, {@code heads}, {@code keyValueHeads}, {@code headSize}, {@code halfHead},
     * {@code queriesPerKey}, {@code attentionScale}, {@code vocabularySize}, and names of a layer's modules as in the weight file: what a
     * call of one takes, weight and bias from {@code w}; with {@code .gradient}, the same from {@code g}; with {@code .weight}, the weight.
     */
    public static String fill(String text, ModelConfig config) {
        Map<String, String> values = new LinkedHashMap<>();
        List<String> layer = layerTensors(config);
        for (String name : layer) {
            if (name.endsWith(".weight")) {
                String module = name.substring(0, name.length() - ".weight".length());
                values.put(module, parameters(layer, module, "w"));
                values.put(module + ".gradient", parameters(layer, module, "g"));
                values.put(name, "w[" + layer.indexOf(name) + "]");
            }
        }
        int queriesPerKey = config.heads() / config.keyValueHeads();
        values.put("epsilon", Double.toString(config.rmsNormEpsilon()));
        values.put("scaling", Double.toString(config.rope().attentionScaling()));
        values.put("layers", Integer.toString(config.layers()));
        values.put("heads", Integer.toString(config.heads()));
        values.put("keyValueHeads", Integer.toString(config.keyValueHeads()));
        values.put("headSize", Integer.toString(config.headSize()));
        values.put("halfHead", Integer.toString(config.headSize() / 2));
        values.put("queriesPerKey", Integer.toString(queriesPerKey));
        values.put("attentionScale", Double.toString(1 / Math.sqrt(config.headSize())));
        values.put("vocabularySize", Integer.toString(config.vocabularySize()));
        values.put("tensorsPerLayer", Integer.toString(layer.size()));
        values.put("spread", queriesPerKey == 1 ? "x" : "torch.repeat_interleave(x, " + queriesPerKey + ", 1)");
        for (Map.Entry<String, String> value : values.entrySet()) {
            text = text.replace("$" + value.getKey() + "$", value.getValue());
        }
        if (text.contains("$")) {
            throw new IllegalArgumentException("nothing known for "
                    + text.substring(text.indexOf('$')).lines().findFirst());
        }
        return text;
    }

    /** Weight and bias of a linear module, None where it has no bias; the weight alone of a norm. */
    private static String parameters(List<String> layer, String module, String list) {
        String weight = list + "[" + layer.indexOf(module + ".weight") + "]";
        int bias = layer.indexOf(module + ".bias");
        if (!module.endsWith("_proj")) {
            return weight;
        }
        return weight + ", " + (bias < 0 ? "None" : list + "[" + bias + "]");
    }

    /** Names of a layer's tensors without the layer's prefix, in stored order. */
    private static List<String> layerTensors(ModelConfig config) {
        String prefix = "model.layers.0.";
        List<String> names = new ArrayList<>();
        config.tensors().forEach(tensor -> {
            if (tensor.name().startsWith(prefix)) {
                names.add(tensor.name().substring(prefix.length()));
            }
        });
        return names;
    }
}
