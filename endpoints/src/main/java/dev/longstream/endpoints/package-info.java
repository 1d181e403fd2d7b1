/**
 * A policy behind the interface that clients of OpenAI's speak: chat and text completions with log-probabilities.
 *
 * <p>Needs no log. Requests that are under way together are decoded together, by one sampler that one thread owns. Start at
 * {@link dev.longstream.endpoints.PolicyServer}; what a request may say is in {@link
 * dev.longstream.endpoints.RequestFields} and {@link dev.longstream.endpoints.Completions}.
 */
package dev.longstream.endpoints;
