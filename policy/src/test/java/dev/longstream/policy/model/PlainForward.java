package dev.longstream.policy.model;

import dev.longstream.policy.folder.ModelConfig;

import java.util.Arrays;
import java.util.Map;

/** The forward pass once more, in float64 on plain arrays, one token after the other: what the engine is compared with. */
public final class PlainForward {
    private final ModelConfig config;
    private final Map<String, float[]> weights;
    private final double[] frequencies;

    public PlainForward(ModelConfig config, Map<String, float[]> weights) {
        this.config = config;
        this.weights = weights;
        this.frequencies = config.rope().inverseFrequencies(config.headSize());
    }

    /** Natural log of softmax(logits / temperature) after each token, (tokens, vocabulary). */
    public double[][] logProbs(int[] tokens, double temperature) {
        double[][] x = new double[tokens.length][];
        for (int t = 0; t < tokens.length; t++) {
            x[t] = row("model.embed_tokens.weight", tokens[t], config.hiddenSize());
        }
        for (int layer = 0; layer < config.layers(); layer++) {
            layer("model.layers." + layer + ".", x);
        }
        String head = config.tiedEmbeddings() ? "model.embed_tokens" : "lm_head";
        double[][] logProbs = new double[tokens.length][];
        for (int t = 0; t < tokens.length; t++) {
            logProbs[t] = linear(head, norm("model.norm.weight", x[t]));
            double sum = 0;
            for (double logit : logProbs[t]) {
                sum += Math.exp(logit / temperature);
            }
            for (int id = 0; id < logProbs[t].length; id++) {
                logProbs[t][id] = logProbs[t][id] / temperature - Math.log(sum);
            }
        }
        return logProbs;
    }

    private void layer(String layer, double[][] x) {
        int n = x.length;
        int size = config.headSize();
        double[][] q = new double[n][];
        double[][] k = new double[n][];
        double[][] v = new double[n][];
        for (int t = 0; t < n; t++) {
            double[] h = norm(layer + "input_layernorm.weight", x[t]);
            q[t] = turned(linear(layer + "self_attn.q_proj", h), layer + "self_attn.q_norm.weight", t);
            k[t] = turned(linear(layer + "self_attn.k_proj", h), layer + "self_attn.k_norm.weight", t);
            v[t] = linear(layer + "self_attn.v_proj", h);
        }
        for (int t = 0; t < n; t++) {
            double[] attended = new double[config.heads() * size];
            for (int head = 0; head < config.heads(); head++) {
                int keyHead = head / (config.heads() / config.keyValueHeads());
                double[] weight = new double[t + 1];
                double sum = 0;
                for (int s = 0; s <= t; s++) {
                    double score = 0;
                    for (int i = 0; i < size; i++) {
                        score += q[t][head * size + i] * k[s][keyHead * size + i];
                    }
                    weight[s] = Math.exp(score / Math.sqrt(size));
                    sum += weight[s];
                }
                for (int s = 0; s <= t; s++) {
                    for (int i = 0; i < size; i++) {
                        attended[head * size + i] += weight[s] / sum * v[s][keyHead * size + i];
                    }
                }
            }
            double[] y = sum(x[t], linear(layer + "self_attn.o_proj", attended));
            double[] h = norm(layer + "post_attention_layernorm.weight", y);
            double[] gate = linear(layer + "mlp.gate_proj", h);
            double[] up = linear(layer + "mlp.up_proj", h);
            for (int i = 0; i < gate.length; i++) {
                gate[i] = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
            }
            x[t] = sum(y, linear(layer + "mlp.down_proj", gate));
        }
    }

    private double[] turned(double[] heads, String norm, int position) {
        int size = config.headSize();
        for (int start = 0; start < heads.length; start += size) {
            double[] head = Arrays.copyOfRange(heads, start, start + size);
            if (config.queryKeyNorm()) {
                head = norm(norm, head);
            }
            for (int i = 0; i < size / 2; i++) {
                double angle = position * frequencies[i];
                double cos = Math.cos(angle) * config.rope().attentionScaling();
                double sin = Math.sin(angle) * config.rope().attentionScaling();
                heads[start + i] = head[i] * cos - head[i + size / 2] * sin;
                heads[start + i + size / 2] = head[i + size / 2] * cos + head[i] * sin;
            }
        }
        return heads;
    }

    private double[] norm(String name, double[] x) {
        double squares = 0;
        for (double value : x) {
            squares += value * value;
        }
        double scale = 1 / Math.sqrt(squares / x.length + config.rmsNormEpsilon());
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = x[i] * scale * weights.get(name)[i];
        }
        return y;
    }

    private double[] linear(String module, double[] x) {
        float[] weight = weights.get(module + ".weight");
        float[] bias = weights.get(module + ".bias");
        double[] y = new double[weight.length / x.length];
        for (int row = 0; row < y.length; row++) {
            y[row] = bias == null ? 0 : bias[row];
            for (int i = 0; i < x.length; i++) {
                y[row] += weight[row * x.length + i] * x[i];
            }
        }
        return y;
    }

    private double[] row(String name, int index, int width) {
        double[] row = new double[width];
        for (int i = 0; i < width; i++) {
            row[i] = weights.get(name)[index * width + i];
        }
        return row;
    }

    private static double[] sum(double[] a, double[] b) {
        double[] sum = new double[a.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = a[i] + b[i];
        }
        return sum;
    }
}
