package dev.longstream.runs.letters;

import dev.longstream.record.DeadLetter;
import dev.longstream.record.RecordRef;

import java.util.Optional;

/**
 * A record that a stage refused.
 *
 * @param offset offset of the letter in {@code dead-letters}
 * @param key key of the refused record; "" if it had none
 * @param refusal place, reason and bytes of the refused record
 * @param putBack place at which the repaired record was published; empty if it was not
 */
public record Letter(long offset, String key, DeadLetter refusal, Optional<RecordRef> putBack) {}
