package dev.longstream.policy.template;

import com.hubspot.jinjava.interpret.InterpretException;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.filter.Filter;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;

/** Implements Jinja's filter {@code items}: the entries of a mapping in order, and none of an undefined value. */
public final class ItemsFilter implements Filter {
    @Override
    public String getName() {
        return "items";
    }

    @Override
    public Object filter(@Nullable Object value, JinjavaInterpreter interpreter, String... arguments) {
        if (value == null) {
            return List.of();
        }
        if (value instanceof Map<?, ?> map) {
            return PythonMethods.items(map);
        }
        throw new InterpretException("items expects a mapping, found " + value, interpreter.getLineNumber());
    }
}
