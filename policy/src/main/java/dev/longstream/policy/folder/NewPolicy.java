package dev.longstream.policy.folder;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.policy.file.FolderProblems;
import dev.longstream.policy.file.Json;
import dev.longstream.policy.file.PolicyFolderException;
import dev.longstream.policy.safetensors.DType;
import dev.longstream.policy.safetensors.NamedTensor;
import dev.longstream.policy.safetensors.SafeTensors;
import dev.longstream.policy.safetensors.TensorSpec;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Writes a Hugging Face folder with an untrained policy: random weights and a vocabulary of whole words.
 *
 * <p>Words are separated by blanks; decoding joins tokens with single blanks. Weights are normally distributed. The
 * embedding has standard deviation σ_e. A linear layer has 1 / √d_in, so that its output is as large as its input;
 * projections into the residual stream are further divided by √(2 · layers), so that the stream does not grow with
 * depth (Radford et al. 2019, GPT-2). Norms are 1, biases 0.
 *
 * @param config             shape; its vocabulary must be at least as large as {@code words}
 * @param words              the i-th word is token i; distinct, without white space
 * @param specialTokens      words that are recognised anywhere in a text and can be left out when decoding
 * @param unknownWord        word that replaces every other word
 * @param endOfSequence      word that ends an answer
 * @param padding            word that fills up a batch
 * @param chatTemplate       source of the chat template, in Jinja
 * @param embeddingDeviation σ_e
 */
public record NewPolicy(
        ModelConfig config,
        List<String> words,
        List<String> specialTokens,
        String unknownWord,
        String endOfSequence,
        String padding,
        String chatTemplate,
        double embeddingDeviation) {
    /** σ_e of small models with tied embeddings: logits of about √d_model · σ_e at the start. */
    public static final double EMBEDDING_DEVIATION = 0.4;

    /**
     * Checks the words.
     *
     * @throws PolicyFolderException with every problem found
     */
    public NewPolicy {
        words = List.copyOf(words);
        specialTokens = List.copyOf(specialTokens);
        FolderProblems problems = new FolderProblems("new policy");
        if (words.size() > config.vocabularySize()) {
            problems.add(words.size() + " words, expected at most vocab_size, " + config.vocabularySize());
        }
        HashSet<String> seen = new HashSet<>();
        for (String word : words) {
            if (word.isEmpty() || word.chars().anyMatch(Character::isWhitespace)) {
                problems.add("word \"" + word + "\" is empty or has white space in it");
            }
            if (!seen.add(word)) {
                problems.add("word \"" + word + "\" occurs twice");
            }
        }
        List<String> mustBeWords = new ArrayList<>(specialTokens);
        mustBeWords.addAll(List.of(unknownWord, endOfSequence, padding));
        for (String word : mustBeWords) {
            if (!seen.contains(word)) {
                problems.add("token \"" + word + "\" is not among the words");
            }
        }
        problems.throwIfAny();
    }

    /**
     * Writes the folder.
     *
     * @param folder created if it does not exist; a policy's files in it are overwritten
     * @param seed seed of the random weights; the same seed gives the same bytes
     * @return SHA-256 of {@code model.safetensors}, in hexadecimal
     * @throws PolicyFolderException when a file cannot be written
     */
    public String write(Path folder, long seed) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new PolicyFolderException(folder.toString(), "cannot be created: " + e, e);
        }
        ObjectNode configJson = ConfigJson.of(config, DType.F32);
        configJson.put("eos_token_id", words.indexOf(endOfSequence));
        configJson.put("pad_token_id", words.indexOf(padding));
        Json.write(folder.resolve(PolicyFolder.CONFIG), configJson);
        Json.write(folder.resolve(PolicyFolder.GENERATION_CONFIG), generationConfig());
        Json.write(folder.resolve(PolicyFolder.TOKENIZER), tokenizer());
        Json.write(folder.resolve(PolicyFolder.TOKENIZER_CONFIG), tokenizerConfig());
        return SafeTensors.write(folder.resolve(SafeTensors.SINGLE_FILE), tensors(seed), DType.F32);
    }

    private List<NamedTensor> tensors(long seed) {
        List<NamedTensor> tensors = new ArrayList<>();
        SplittableRandom seeds =
                new SplittableRandom(seed); // a stream for each tensor, so that their order does not matter
        for (TensorSpec spec : config.tensors()) {
            long tensorSeed = seeds.nextLong();
            tensors.add(new NamedTensor(
                    spec.name(), spec.shape(), () -> FloatBuffer.wrap(values(spec, new SplittableRandom(tensorSeed)))));
        }
        return tensors;
    }

    private float[] values(TensorSpec spec, RandomGenerator random) {
        float[] values = new float[Math.toIntExact(spec.size())];
        double deviation = deviation(spec);
        double mean = spec.name().endsWith("norm.weight") ? 1 : 0;
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (deviation == 0 ? mean : mean + deviation * random.nextGaussian());
        }
        return values;
    }

    private double deviation(TensorSpec spec) {
        String name = spec.name();
        if (spec.shape().length == 1) { // norms and biases
            return 0;
        }
        if (name.equals("model.embed_tokens.weight")) {
            return embeddingDeviation;
        }
        double deviation = 1 / Math.sqrt((double) spec.shape()[1]);
        boolean endsInResidualStream =
                name.endsWith("self_attn.o_proj.weight") || name.endsWith("mlp.down_proj.weight");
        return endsInResidualStream ? deviation / Math.sqrt(2.0 * config.layers()) : deviation;
    }

    private ObjectNode generationConfig() {
        return Json.MAPPER
                .createObjectNode()
                .put("eos_token_id", words.indexOf(endOfSequence))
                .put("pad_token_id", words.indexOf(padding));
    }

    private ObjectNode tokenizer() {
        ObjectNode root = Json.MAPPER.createObjectNode();
        root.put("version", "1.0");
        root.putNull("truncation");
        root.putNull("padding");
        ArrayNode added = root.putArray("added_tokens");
        for (String token : specialTokens) {
            added.addObject()
                    .put("id", words.indexOf(token))
                    .put("content", token)
                    .put("single_word", false)
                    .put("lstrip", false)
                    .put("rstrip", false)
                    .put("normalized", false)
                    .put("special", true);
        }
        root.putNull("normalizer");
        root.putObject("pre_tokenizer").put("type", "WhitespaceSplit");
        root.putNull("post_processor");
        root.putNull("decoder"); // without one, tokens are joined by single blanks
        ObjectNode model = root.putObject("model");
        model.put("type", "WordLevel");
        ObjectNode vocabulary = model.putObject("vocab");
        for (int id = 0; id < words.size(); id++) {
            vocabulary.put(words.get(id), id);
        }
        model.put("unk_token", unknownWord);
        return root;
    }

    private ObjectNode tokenizerConfig() {
        return Json.MAPPER
                .createObjectNode()
                .put("tokenizer_class", "PreTrainedTokenizerFast")
                .put("model_max_length", config.maxPositions())
                .put("clean_up_tokenization_spaces", false)
                .put("unk_token", unknownWord)
                .put("eos_token", endOfSequence)
                .put("pad_token", padding)
                .put("chat_template", chatTemplate);
    }
}
