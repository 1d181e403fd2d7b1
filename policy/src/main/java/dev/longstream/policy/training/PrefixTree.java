package dev.longstream.policy.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * A forest of prompts. A beginning that several prompts share is one node, so that it is computed once for all of them.
 *
 * <pre>
 * document ─┬─ question ─┬─ answer
 *           │            └─ answer
 *           └─ question ─── answer
 * </pre>
 *
 * <p>Answers are leaves below the node where their prompt ends; they are never shared. A prompt whose answers are all
 * empty is left out.
 */
public final class PrefixTree {
    /** Minimum tokens of a shared node. Fewer are not worth another call of the attention. */
    static final int MIN_SHARED = 16;

    private final List<PromptAnswers> groups;
    private final List<Node> roots;

    /**
     * A node: tokens {@code from} … {@code to - 1} of a prompt, which all prompts below share.
     *
     * @param prompt token ids of one of these prompts
     * @param from first token of the node
     * @param to end of the node, exclusive
     * @param ending prompts that end with this node, as indices into the groups
     * @param children nodes that continue this one
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

    /** Builds the forest from the beginnings that prompts share. */
    public static PrefixTree of(List<PromptAnswers> groups) {
        return new PrefixTree(List.copyOf(groups));
    }

    /**
     * Builds the nodes that begin at a depth.
     *
     * @param order indices of prompts in lexical order, which agree in all tokens before {@code depth}
     */
    private List<Node> nodes(List<Integer> order, int depth) {
        List<Node> nodes = new ArrayList<>();
        int from = 0;
        for (int i = 1; i <= order.size(); i++) {
            if (i == order.size() || common(order.get(i - 1), order.get(i)) < depth + MIN_SHARED) {
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

    /**
     * Returns the number of tokens that go through the model. An answer's last token predicts nothing and is not
     * counted.
     */
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
