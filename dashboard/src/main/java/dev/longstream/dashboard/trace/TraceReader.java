package dev.longstream.dashboard.trace;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.dashboard.follow.RunFacts;
import dev.longstream.failure.UnreachableException;
import dev.longstream.log.EventLog;
import dev.longstream.log.LogException;
import dev.longstream.log.RecordFetcher;
import dev.longstream.policy.folder.Tokenizer;
import dev.longstream.record.RecordRef;
import dev.longstream.record.Trajectory;
import dev.longstream.runs.lineage.AnswerLineage;
import dev.longstream.runs.lineage.GroupLineage;
import dev.longstream.runs.lineage.Lineage;
import dev.longstream.runs.lineage.TracedAnswer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Reads the records behind the figures of one run, from its log alone. Each request opens clients of its own. Thread-safe. */
public final class TraceReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TraceReader.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final EventLog log;
    private final RunTokenizer tokenizer;

    /**
     * Creates a reader.
     *
     * @param folder folder of the run, which need not exist; texts of tokens need a model in it
     */
    public TraceReader(EventLog log, Path folder, RunFacts facts) {
        this.log = log;
        this.tokenizer = new RunTokenizer(folder, facts);
    }

    /**
     * Returns a step with its batch and groups.
     *
     * @throws dev.longstream.failure.WrongUseException if the run has no such step
     */
    public ObjectNode step(long version) {
        return traced(lineage -> lineage.step(version));
    }

    /**
     * Returns a group with its answers.
     *
     * @throws dev.longstream.failure.WrongUseException if the run has no such group
     */
    public ObjectNode group(String id) {
        return traced(lineage -> lineage.group(id));
    }

    /**
     * Returns a prompt with its assignments.
     *
     * @throws dev.longstream.failure.WrongUseException if the run has no such prompt
     */
    public ObjectNode prompt(String id) {
        return traced(lineage -> lineage.prompt(id));
    }

    /**
     * Returns a policy version with the answers that it sampled.
     *
     * @throws dev.longstream.failure.WrongUseException if the run has no such version
     */
    public ObjectNode version(long version) {
        return traced(lineage -> lineage.version(version));
    }

    /**
     * Returns a document with the prompts that use it.
     *
     * @throws dev.longstream.failure.WrongUseException if the run has no such document
     */
    public ObjectNode document(String digest) {
        return traced(lineage -> lineage.document(digest));
    }

    private ObjectNode traced(Function<Lineage, Object> question) {
        try (Lineage lineage = new Lineage(log)) {
            return JSON.valueToTree(question.apply(lineage));
        }
    }

    /**
     * Returns an answer token by token, with the text of each token, the prompt as the policy read it, and the other answers of its
     * group. Without a tokenizer on this host there are no such texts.
     *
     * @param id group id, {@code #} and sample index; or partition and offset in {@code trajectories}
     * @throws dev.longstream.failure.WrongUseException if the run has no such answer
     */
    public ObjectNode answer(String id) {
        try (Lineage lineage = new Lineage(log)) {
            AnswerLineage answer = lineage.answer(id);
            GroupLineage group = lineage.group(answer.path().groupId());
            ObjectNode json = JSON.valueToTree(answer);
            json.set("group", JSON.valueToTree(group.group()));
            tokenizer.get().ifPresent(texts -> {
                ArrayNode list = json.putArray("texts");
                TokenTexts.of(texts, ints(answer.sampled().ids())).forEach(list::add);
                prompt(group, texts).ifPresent(text -> json.put("promptText", text));
            });
            return json;
        }
    }

    /** Returns the text of the prompt's tokens, which the first answer of a group holds. */
    private Optional<String> prompt(GroupLineage group, Tokenizer texts) {
        Optional<TracedAnswer> first = group.answers().stream()
                .filter(each -> each.id().endsWith("#0"))
                .findFirst();
        if (first.isEmpty()) {
            return Optional.empty();
        }
        EventLog holder = log.ofRun(group.path().run());
        RecordRef place = new RecordRef(
                first.get().place().partition(), first.get().place().offset());
        try (RecordFetcher<Trajectory> fetcher =
                new RecordFetcher<>(holder, holder.topics().trajectories(), PATIENCE)) {
            Trajectory found = fetcher.fetch(List.of(place)).get(place);
            List<Integer> tokens = found == null ? null : found.getPromptTokens();
            return Optional.ofNullable(tokens).map(ids -> texts.decode(ints(ids), true));
        } catch (LogException | UnreachableException e) { // the answer itself is worth showing
            LOG.info("The prompt of group {} cannot be read: {}", group.path().groupId(), e.toString());
            return Optional.empty();
        }
    }

    private static int[] ints(List<Integer> ids) {
        return ids.stream().mapToInt(Integer::intValue).toArray();
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
