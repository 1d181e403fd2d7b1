/**
 * A policy as a Hugging Face folder: read, checked, and written again so that any other tool can serve it.
 *
 * <p>Reads {@code config.json}, {@code *.safetensors}, {@code tokenizer.json}, {@code tokenizer_config.json}, {@code chat_template.jinja}
 * and {@code generation_config.json}; writes the same files. Start at {@link dev.longstream.policy.folder.PolicyFolder}. Nothing here knows
 * the forward pass: a weight is a name, a shape and floats. Every fault of a folder is found at once and reported in one
 * {@link dev.longstream.policy.file.PolicyFolderException}.
 */
package dev.longstream.policy.folder;
