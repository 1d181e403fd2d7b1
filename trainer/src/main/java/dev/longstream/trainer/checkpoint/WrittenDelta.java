package dev.longstream.trainer.checkpoint;

/**
 * A file of the differences between the weights that others read and those of the version before.
 *
 * @param baseVersion version that the differences start from
 * @param digest SHA-256 of the file
 * @param bytes size of the file
 */
public record WrittenDelta(long baseVersion, String digest, long bytes) {}
