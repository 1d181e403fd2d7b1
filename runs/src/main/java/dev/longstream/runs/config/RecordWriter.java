package dev.longstream.runs.config;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;

import java.io.IOException;
import java.lang.reflect.RecordComponent;

/** Writes a record as {@link RecordBinder} reads it: hyphenated keys, inline records flat, a choice as the word that names it. */
final class RecordWriter extends JsonSerializer<Record> {
    @Override
    public void serialize(Record value, JsonGenerator out, SerializerProvider provider) throws IOException {
        out.writeStartObject(value);
        writeKeys(value, out, provider);
        out.writeEndObject();
    }

    private static void writeKeys(Record value, JsonGenerator out, SerializerProvider provider) throws IOException {
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            Object part = read(value, component);
            if (RecordKeys.isInline(component) && part instanceof Record inner) {
                if (RecordKeys.isChoice(component)) {
                    out.writeStringField(RecordKeys.of(component), RecordKeys.word(inner.getClass()));
                }
                writeKeys(inner, out, provider);
            } else {
                provider.defaultSerializeField(RecordKeys.of(component), part, out);
            }
        }
    }

    private static Object read(Record value, RecordComponent component) {
        try {
            return component.getAccessor().invoke(value);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(value.getClass() + "." + component.getName() + " cannot be read", e);
        }
    }
}
