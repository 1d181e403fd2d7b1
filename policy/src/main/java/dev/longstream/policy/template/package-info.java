/**
 * Translates chat templates from the Jinja dialect of Hugging Face's transformers to the one of Jinjava, and adds
 * Python's methods.
 *
 * <p>{@link dev.longstream.policy.template.JinjaSource} rewrites a template's source;
 * {@link dev.longstream.policy.template.PythonMethods} implements calls such as {@code text.strip()}.
 * {@code policy.folder.ChatTemplate} renders with both.
 */
package dev.longstream.policy.template;
