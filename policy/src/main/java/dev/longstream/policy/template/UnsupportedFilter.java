package dev.longstream.policy.template;

import com.hubspot.jinjava.interpret.InterpretException;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.filter.Filter;
import org.jspecify.annotations.Nullable;

/**
 * Stands for a filter that is not supported. Like Jinja, which reports an unknown filter only where a template applies
 * it, it fails when it is applied: templates name filters in branches that never run.
 *
 * @param name name of the filter
 */
record UnsupportedFilter(String name) implements Filter {
    @Override
    public String getName() {
        return name;
    }

    @Override
    public Object filter(@Nullable Object value, JinjavaInterpreter interpreter, String... arguments) {
        throw new InterpretException("the filter " + name + " is not supported", interpreter.getLineNumber());
    }
}
