package dev.longstream.runs.letters;

import dev.longstream.log.BadRecordException;
import dev.longstream.log.EventLog;
import dev.longstream.log.RecordDecoder;
import dev.longstream.log.Topic;
import org.apache.avro.specific.SpecificRecord;

import java.util.HexFormat;
import java.util.Optional;

/** Shows the content of a refused record. */
public final class LetterText {
    private static final int SHOWN_BYTES = 64;

    private LetterText() {}

    /** Returns the record as JSON, which can be repaired and put back; empty if its bytes are no record of its topic. */
    public static Optional<String> json(EventLog log, Letter letter) {
        return log.topics().all().stream()
                .filter(topic -> topic.name().equals(letter.refusal().getTopic()))
                .findFirst()
                .flatMap(topic -> decoded(log, topic, letter))
                .map(Object::toString);
    }

    private static <V extends SpecificRecord> Optional<V> decoded(EventLog log, Topic<V> topic, Letter letter) {
        try (RecordDecoder<V> decoder = new RecordDecoder<>(log, topic)) {
            return Optional.of(decoder.decode(Bytes.of(letter.refusal().getValue())));
        } catch (BadRecordException e) {
            return Optional.empty();
        }
    }

    /** Returns the first bytes of the record in hexadecimal, with the number of all. */
    public static String hexadecimal(Letter letter) {
        byte[] bytes = Bytes.of(letter.refusal().getValue());
        int shown = Math.min(SHOWN_BYTES, bytes.length);
        return bytes.length + " bytes: " + HexFormat.ofDelimiter(" ").formatHex(bytes, 0, shown)
                + (shown < bytes.length ? " …" : "");
    }
}
