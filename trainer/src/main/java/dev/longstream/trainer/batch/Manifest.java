package dev.longstream.trainer.batch;

import dev.longstream.record.Batch;
import dev.longstream.record.RecordRef;

/**
 * A batch's manifest and its position in {@code batches}.
 *
 * @param batch the manifest
 * @param place partition and offset of its record
 */
public record Manifest(Batch batch, RecordRef place) {}
