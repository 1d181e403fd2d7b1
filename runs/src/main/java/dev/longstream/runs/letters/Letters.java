package dev.longstream.runs.letters;

import dev.longstream.failure.WrongUseException;
import dev.longstream.log.EventLog;
import dev.longstream.log.TopicReader;
import dev.longstream.record.DeadLetter;
import dev.longstream.record.RecordRef;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads the topic {@code dead-letters} of a run. */
public final class Letters {
    private Letters() {}

    /** Returns every refused record of the run, in the order of refusal. */
    public static List<Letter> of(EventLog log) {
        Map<Long, TopicReader.TopicRecord<DeadLetter>> refusals = new TreeMap<>();
        Map<Long, RecordRef> resolved = new HashMap<>();
        TopicReader.readAll(log, log.topics().deadLetters(), record -> {
            Long resolves = record.value().getResolves();
            if (resolves == null) {
                refusals.put(record.offset(), record);
            } else {
                resolved.put(resolves, record.value().getPutBack());
            }
        });
        return refusals.values().stream()
                .map(record -> new Letter(
                        record.offset(),
                        record.key(),
                        record.value(),
                        Optional.ofNullable(resolved.get(record.offset()))))
                .toList();
    }

    /**
     * Returns the letter at an offset of {@code dead-letters}.
     *
     * @throws WrongUseException if there is none
     */
    public static Letter at(EventLog log, long offset) {
        List<Letter> all = of(log);
        return all.stream()
                .filter(letter -> letter.offset() == offset)
                .findFirst()
                .orElseThrow(() -> new WrongUseException("There is no refused record at offset " + offset + " of "
                        + log.topics().deadLetters().name() + "; "
                        + (all.isEmpty()
                                ? "no record was refused"
                                : "expected one of "
                                        + all.stream().map(Letter::offset).toList())));
    }
}
