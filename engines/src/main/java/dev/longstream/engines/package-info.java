/**
 * Client of an inference engine, such as vLLM, that samples for a run.
 *
 * <p>Start at {@link dev.longstream.engines.EngineSampler}. It sends prompts as token ids, takes back token ids with the
 * log-probabilities of the distribution that they were drawn from, and gives every token the policy version that produced it.
 * {@link dev.longstream.engines.EngineWeights} brings policy versions to the engine and proves that it serves them. The wire
 * formats are in {@link dev.longstream.engines.EngineClient}. Nothing here knows Kafka.
 */
package dev.longstream.engines;
