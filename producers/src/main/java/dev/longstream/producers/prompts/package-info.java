/**
 * Reads questions out of files in the layouts their publishers chose.
 *
 * <p>Knows neither Kafka nor a tokenizer: a prompt here is words. {@link dev.longstream.producers.publication} counts its
 * tokens and puts it on the log.
 */
package dev.longstream.producers.prompts;
