/**
 * Serves a policy over OpenAI's HTTP interface: chat and text completions with log-probabilities.
 *
 * <p>Needs no log. One sampler, owned by one thread, decodes all concurrent requests together. Start at
 * {@link dev.longstream.endpoints.PolicyServer}; {@link dev.longstream.endpoints.RequestFields} and
 * {@link dev.longstream.endpoints.Completions} define the fields of a request.
 */
package dev.longstream.endpoints;
