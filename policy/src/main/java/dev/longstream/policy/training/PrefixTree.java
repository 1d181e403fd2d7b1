package dev.longstream.policy.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Prompts as a forest: what several of them begin with is one node, computed once for all of them.
 *
 * <pre>
 * document ─┬─ question ─┬─ answer
 *           │            └─ answer
 *           └─ question ─── answer
 * </pre>
 *
 * <p>Answers hang on the node where their prompt ends; they are leaves, shared with nobody. A prompt whose answers are all empty is left out.
 */
public final class PrefixTree {
    /** Tokens that prompts must have in common, beyond what is shared already: less is not worth another call of the attention. */
    static final int LEAST_SHARED = 16;

    private final List<PromptAnswers> groups;
    private final List<Node> roots;

    /**
     * Tokens {@code from} … {@code to - 1} of a prompt, which are those of every prompt below.
     *
     * @param ending prompts that end with this node, as indices into the groups
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record Node(int[] prompt, int from, int to, List<Integer> ending, List<Node> children) {}

    private PrefixTree(List<PromptAnswers> groups) {
        this.groups = groups;
        List<Integer> order = new ArrayList<>();
        for (int g = 0; g < groups.size(); g++) {
            if (groups.get(g).answers().stream().anyMatch(answer -> answer.length > 0)) {
                order.add(g);
            }
        }
        order.sort(Comparator.comparing(this::prompt, Arrays::compare));
        this.roots = order.isEmpty() ? List.of() : nodes(order, 0);
    }

    /** Finds what prompts have in common; a pure function. */
    public static PrefixTree of(List<PromptAnswers> groups) {
        return new PrefixTree(List.copyOf(groups));
    }

    /** Nodes below a depth of which all these prompts, in lexical order, share everything. */
    private List<Node> nodes(List<Integer> order, int depth) {
        List<Node> nodes = new ArrayList<>();
        int from = 0;
        for (int i = 1; i <= order.size(); i++) {
            if (i == order.size() || common(order.get(i - 1), order.get(i)) < depth + LEAST_SHARED) {
                nodes.add(node(order.subList(from, i), depth));
                from = i;
            }
        }
        return nodes;
    }

    private Node node(List<Integer> order, int depth) {
        int[] first = prompt(order.get(0));
        int end = common(order.get(0), order.get(order.size() - 1));
        int ending = 0;
        while (ending < order.size() && prompt(order.get(ending)).length == end) {
            ending++;
        }
        List<Integer> longer = order.subList(ending, order.size());
        return new Node(
                first,
                depth,
                end,
                List.copyOf(order.subList(0, ending)),
                longer.isEmpty() ? List.of() : nodes(longer, end));
    }

    private int[] prompt(int group) {
        return groups.get(group).prompt();
    }

    private int common(int one, int other) {
        int mismatch = Arrays.mismatch(prompt(one), prompt(other));
        return mismatch < 0 ? prompt(one).length : mismatch;
    }

    List<PromptAnswers> groups() {
        return groups;
    }

    List<Node> roots() {
        return roots;
    }

    /** Tokens that go through the model; the last one of an answer predicts nothing and does not. */
    public long tokens() {
        return tokens(roots);
    }

    private long tokens(List<Node> nodes) {
        long tokens = 0;
        for (Node node : nodes) {
            tokens += node.to - node.from + tokens(node.children);
            for (int group : node.ending) {
                for (int[] answer : groups.get(group).answers()) {
                    tokens += Math.max(answer.length - 1, 0);
                }
            }
        }
        return tokens;
    }
}
