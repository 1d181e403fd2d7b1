/**
 * Begins a run at a step of another one. Start at {@link dev.longstream.runs.fork.RunFork}; {@link dev.longstream.runs.fork.Fork}
 * is what the new run's folder remembers.
 */
package dev.longstream.runs.fork;
