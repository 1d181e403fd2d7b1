package dev.longstream.policy.template;

import com.hubspot.jinjava.interpret.InterpretException;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.tag.ForTag;
import com.hubspot.jinjava.lib.tag.Tag;
import com.hubspot.jinjava.tree.Node;
import com.hubspot.jinjava.tree.TagNode;
import com.hubspot.jinjava.util.ForLoop;
import com.hubspot.jinjava.util.LengthLimitingStringBuilder;

import java.util.Map;

/**
 * A tag around the body of every loop, which gives each iteration a scope of its own: Jinja drops variables set in a
 * loop, Jinjava keeps them. It also bounds the work of a template: a rendering has a limited number of iterations.
 */
public final class IterationTag implements Tag {
    private static final long serialVersionUID = 1L;

    static final String NAME = "iteration";

    private static final int MAX_ITERATIONS = 10_000_000;

    /** Variable with the {@link Count} of a rendering. Its name has blanks, so that no template can refer to it. */
    private static final String COUNT = "number of iterations";

    /** Number of iterations of all loops of a rendering until now. */
    private static final class Count {
        private int iterations;
    }

    /** Starts to count the iterations of a rendering. */
    public static void count(Map<String, Object> variables) {
        variables.put(COUNT, new Count());
    }

    @Override
    public String getName() {
        return NAME;
    }

    @Override
    public String getEndTagName() {
        return "end" + NAME;
    }

    @Override
    public String interpret(TagNode tag, JinjavaInterpreter interpreter) {
        if (interpreter.getContext().get(COUNT) instanceof Count count && ++count.iterations > MAX_ITERATIONS) {
            throw new InterpretException("its loops have more than " + MAX_ITERATIONS + " iterations");
        }
        Object loop = interpreter.getContext().get(ForTag.LOOP);
        LengthLimitingStringBuilder text =
                new LengthLimitingStringBuilder(interpreter.getConfig().getMaxOutputSize());
        try (JinjavaInterpreter.InterpreterScopeClosable scope = interpreter.enterScope()) {
            for (Node node : tag.getChildren()) {
                text.append(node.render(interpreter));
                if (loop instanceof ForLoop current && current.isContinued()) {
                    break; // the template executed continue or break
                }
            }
        }
        return text.toString();
    }
}
