package dev.longstream.policy.template;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.tag.ForTag;
import com.hubspot.jinjava.lib.tag.Tag;
import com.hubspot.jinjava.tree.Node;
import com.hubspot.jinjava.tree.TagNode;
import com.hubspot.jinjava.util.ForLoop;

/**
 * A tag around the body of every loop, which gives each iteration a scope of its own: Jinja drops variables set in a
 * loop, Jinjava keeps them.
 */
public final class IterationTag implements Tag {
    private static final long serialVersionUID = 1L;

    static final String NAME = "iteration";

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
        Object loop = interpreter.getContext().get(ForTag.LOOP);
        StringBuilder text = new StringBuilder();
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
