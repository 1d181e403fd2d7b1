package dev.longstream.policy.template;

import com.hubspot.jinjava.interpret.InterpretException;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import org.jspecify.annotations.Nullable;

/**
 * Stands for a test that is not supported, and fails when a template applies it.
 *
 * @param name name of the test
 */
record UnsupportedTest(String name) implements ExpTest {
    @Override
    public String getName() {
        return name;
    }

    @Override
    public boolean evaluate(@Nullable Object value, JinjavaInterpreter interpreter, Object... arguments) {
        throw new InterpretException("the test " + name + " is not supported", interpreter.getLineNumber());
    }
}
