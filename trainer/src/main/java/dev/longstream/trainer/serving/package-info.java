/**
 * Serves policy versions and large documents of a run over HTTP, read-only, to hosts without its folder.
 *
 * <p>Start at {@link dev.longstream.trainer.serving.VersionServer}. Uses no Kafka.
 */
package dev.longstream.trainer.serving;
