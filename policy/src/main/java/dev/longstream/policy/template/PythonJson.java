package dev.longstream.policy.template;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.hubspot.jinjava.interpret.InterpretException;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.filter.AdvancedFilter;
import dev.longstream.policy.file.Json;
import org.jspecify.annotations.Nullable;

import java.util.Iterator;
import java.util.Map;

/**
 * Implements the filter {@code tojson} of transformers: {@code json.dumps(value, ensure_ascii=False, indent=indent)}.
 */
public final class PythonJson implements AdvancedFilter {
    @Override
    public String getName() {
        return "tojson";
    }

    @Override
    public Object filter(
            @Nullable Object value, JinjavaInterpreter interpreter, Object[] arguments, Map<String, Object> named) {
        Object indent = named.get("indent");
        StringBuilder json = new StringBuilder();
        try {
            write(json, value, indent instanceof Number width ? width.intValue() : -1, 0);
        } catch (JsonProcessingException e) {
            throw new InterpretException("tojson cannot write " + value, e, interpreter.getLineNumber());
        }
        return json.toString();
    }

    /**
     * Appends a value.
     *
     * @param indent blanks per level; negative for one line
     */
    private static void write(StringBuilder json, @Nullable Object value, int indent, int level)
            throws JsonProcessingException {
        if (value instanceof Map<?, ?> map) {
            json.append('{');
            Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
            while (entries.hasNext()) {
                Map.Entry<?, ?> entry = entries.next();
                newLine(json, indent, level + 1);
                json.append(Json.MAPPER.writeValueAsString(String.valueOf(entry.getKey())))
                        .append(": ");
                write(json, entry.getValue(), indent, level + 1);
                separate(json, entries.hasNext(), indent, level);
            }
            json.append('}');
        } else if (value instanceof Iterable<?> list) {
            json.append('[');
            Iterator<?> elements = list.iterator();
            while (elements.hasNext()) {
                newLine(json, indent, level + 1);
                write(json, elements.next(), indent, level + 1);
                separate(json, elements.hasNext(), indent, level);
            }
            json.append(']');
        } else {
            json.append(Json.MAPPER.writeValueAsString(value));
        }
    }

    private static void separate(StringBuilder json, boolean more, int indent, int level) {
        if (more) {
            json.append(indent < 0 ? ", " : ",");
        } else {
            newLine(json, indent, level);
        }
    }

    private static void newLine(StringBuilder json, int indent, int level) {
        if (indent >= 0) {
            json.append('\n').append(" ".repeat(indent * level));
        }
    }
}
