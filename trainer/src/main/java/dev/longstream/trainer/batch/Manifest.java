package dev.longstream.trainer.batch;

import dev.longstream.record.Batch;
import dev.longstream.record.RecordRef;

/** A batch's manifest and where it lies in {@code batches}. */
public record Manifest(Batch batch, RecordRef place) {}
