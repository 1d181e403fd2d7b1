package dev.longstream.policy.template;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.tag.ForTag;
import com.hubspot.jinjava.lib.tag.Tag;
import com.hubspot.jinjava.tree.Node;
import com.hubspot.jinjava.tree.TagNode;
import com.hubspot.jinjava.util.ForLoop;

/** Put around the body of every loop: what is set in one iteration is unknown to the next, as in Jinja; Jinjava alone would keep it. */
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
        try (var scope = interpreter.enterScope()) {
            for (Node node : tag.getChildren()) {
                text.append(node.render(interpreter));
                if (loop instanceof ForLoop current && current.isContinued()) { // the template said continue or break
                    break;
                }
            }
        }
        return text.toString();
    }
}
