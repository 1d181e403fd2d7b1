/**
 * Reads, checks and writes policies as Hugging Face folders, which other tools can serve.
 *
 * <p>Reads {@code config.json}, {@code *.safetensors}, {@code tokenizer.json}, {@code tokenizer_config.json},
 * {@code chat_template.jinja} and {@code generation_config.json}; writes the same files. Start at
 * {@link dev.longstream.policy.folder.PolicyFolder}. The package does not know the forward pass: a weight is a name, a
 * shape and floats. All faults of a folder are reported at once, in one
 * {@link dev.longstream.policy.file.PolicyFolderException}.
 */
package dev.longstream.policy.folder;
