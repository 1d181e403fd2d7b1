package dev.longstream.runs.preparation;

import dev.longstream.config.ConfigurationException;
import dev.longstream.evaluation.HeldOutSet;
import dev.longstream.failure.UnusableInputException;
import dev.longstream.failure.WrongUseException;
import dev.longstream.log.EventLog;
import dev.longstream.log.TopicAdmin;
import dev.longstream.log.TopicReader;
import dev.longstream.log.rights.Denials;
import dev.longstream.log.rights.RoleRights;
import dev.longstream.logging.LogOrigin;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.folder.Tokenizer;
import dev.longstream.policy.sampling.StopTokens;
import dev.longstream.producers.publication.InputLimit;
import dev.longstream.producers.publication.PromptPublisher;
import dev.longstream.producers.publication.PublishedPrompts;
import dev.longstream.producers.rendering.PromptRenderer;
import dev.longstream.progress.Progress;
import dev.longstream.questions.DemonstrationFiles;
import dev.longstream.questions.HeldOutFilter;
import dev.longstream.questions.ImportedPrompt;
import dev.longstream.questions.WrittenDemonstration;
import dev.longstream.questions.generator.GeneratedQuestion;
import dev.longstream.record.Control;
import dev.longstream.record.ControlCommand;
import dev.longstream.runs.config.ModelFolder;
import dev.longstream.runs.config.PhaseSection;
import dev.longstream.runs.config.PromptSource;
import dev.longstream.runs.config.ResolvedConfig;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.config.TeacherSection;
import dev.longstream.runs.folder.PublishedQuestions;
import dev.longstream.runs.folder.PublishedQuestions.SplitCount;
import dev.longstream.runs.folder.RunFolder;
import dev.longstream.runs.fork.Fork;
import dev.longstream.runs.judges.Judges;
import dev.longstream.runs.log.ControlTopic;
import dev.longstream.runs.shadows.Shadows;
import dev.longstream.trainer.supervised.WarmUp;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Prepares a run up to its first assignment: run folder, topics, questions, demonstrations and warm-up. Every method can be
 * repeated; it does only what is not done yet.
 */
public final class Preparation {
    private static final int MAX_REFUSALS_SHOWN = 10;
    private static final Duration LEARNER_PAUSE = Duration.ofSeconds(2);

    private final ResolvedConfig resolved;
    private final RunConfig config;
    private final EventLog log;
    private final Progress progress;
    private final Runnable check;
    private final Map<String, SplitCount> counts = new TreeMap<>();

    /**
     * Creates the preparation of a run that nothing ends early.
     *
     * @param resolved configuration of the run
     * @param log log of the run
     * @param progress receives messages and the steps of the warm-up
     */
    public Preparation(ResolvedConfig resolved, EventLog log, Progress progress) {
        this(resolved, log, progress, () -> {});
    }

    /**
     * Creates the preparation of a run.
     *
     * @param check called before each question and demonstration; it throws to end the publication, which a repetition
     *     continues
     */
    public Preparation(ResolvedConfig resolved, EventLog log, Progress progress, Runnable check) {
        this.check = check;
        this.resolved = resolved;
        this.config = resolved.config();
        this.log = log;
        this.progress = progress;
    }

    /**
     * Prepares what the roles on a cluster need before they start: claims the run folder for this configuration, creates the
     * topics and publishes the questions.
     *
     * @return refused questions with their reason, one line each
     */
    public List<String> begin() {
        LogOrigin.begin(config.run(), "prompts");
        try (RunFolder folder = RunFolder.shared(resolved)) {
            LogOrigin.folder(new LogOrigin.RunProcess(folder.path(), "prompts"));
            return new Preparation(folder.resolved(), log, progress).begin(folder);
        } catch (RuntimeException e) {
            throw Denials.explained(e, log.address().bootstrapServers(), RoleRights.PUBLISHER, Judges.rights(config));
        }
    }

    private List<String> begin(RunFolder folder) {
        requireSources();
        folder.claim();
        createTopics();
        Shadows.createTopics(resolved, log);
        List<String> refused = publish();
        folder.refused(refused);
        checkPhases();
        return refused;
    }

    /**
     * Checks that the model and the question files exist, before the run folder is claimed and anything is written to the log.
     *
     * @throws RuntimeException if the model or a file is missing or cannot be used
     */
    public void requireSources() {
        try (PolicyFolder model = PolicyFolder.open(ModelFolder.of(config));
                PromptRenderer renderer =
                        new PromptRenderer(model, config.prompts().form())) {
            requireMatchingThought(renderer.opensThought());
            SmallModelDefaults.warnings(config, model.config()).forEach(progress::say);
            Sources.require(config);
            TeacherSection teacher = config.demonstrations().teacher();
            if (teacher != null && config.warmUp().steps() > 0) {
                teacher.endpoint().key(System.getenv()); // refused at once if it is not set
            }
        }
    }

    private void requireMatchingThought(boolean opens) {
        if (opens != config.scoring().thinkingExpected()) {
            throw new ConfigurationException(List.of("scoring.thinking-expected is "
                    + config.scoring().thinkingExpected() + ", but the chat template of " + ModelFolder.of(config)
                    + (opens
                            ? " opens a thought at the end of a prompt; set it to true"
                            : " opens no thought: every answer would count as cut off; set it to false")));
        }
    }

    /** Creates the missing topics of the run, and configures the queues of its judges and of its shadows' judges. */
    public void createTopics() {
        new TopicAdmin(log, config.log().replication()).createAll();
        Shadows.configureQueues(config, log);
    }

    /**
     * Publishes held-out questions, training questions and demonstrations to the log, with their documents.
     *
     * @return refused questions with their reason, one line each
     */
    public List<String> publish() {
        List<String> refused = new ArrayList<>();
        counts.clear();
        try (PolicyFolder folder = PolicyFolder.open(ModelFolder.of(config));
                PromptRenderer renderer =
                        new PromptRenderer(folder, config.prompts().form());
                PromptPublisher publisher = publisher(folder, renderer)) {
            progress.say("Publishing questions and their documents");
            HeldOutFilter heldOut = new HeldOutFilter();
            for (PromptSource source : config.prompts().heldOut()) {
                publish(
                        publisher,
                        Sources.untrained(source, HeldOutSet.SPLIT, refused::add)
                                .peek(heldOut::add),
                        HeldOutSet.SPLIT,
                        refused);
            }
            for (PromptSource source : config.prompts().validation()) {
                Stream<ImportedPrompt> prompts = Sources.untrained(source, HeldOutSet.VALIDATION, refused::add)
                        .filter(heldOut.refusing(refused))
                        .peek(heldOut::add);
                publish(publisher, prompts, HeldOutSet.VALIDATION, refused);
            }
            AtomicInteger sharing = new AtomicInteger();
            for (PromptSource source : config.prompts().train()) {
                Stream<ImportedPrompt> prompts = training(source, heldOut, refused)
                        .peek(prompt -> sharing.addAndGet(heldOut.sharesDocument(prompt) ? 1 : 0));
                publish(publisher, prompts, Sources.TRAIN, refused);
            }
            if (sharing.get() > 0) {
                progress.say(sharing + " training questions read a document that held-out questions read, too: held-out"
                        + " rewards do not show what the policy makes of documents that it has not seen");
            }
            if (config.warmUp().steps() > 0) {
                publishDemonstrations(publisher, heldOut, stopToken(folder), refused);
            }
        }
        PublishedQuestions published = new PublishedQuestions(counts);
        published.writeTo(config.folder().toAbsolutePath());
        if (published.tooLong() > 0) {
            progress.say("Questions " + published.leftOut());
        }
        refused.stream().limit(MAX_REFUSALS_SHOWN).forEach(line -> progress.say("refused: " + line));
        if (refused.size() > MAX_REFUSALS_SHOWN) {
            progress.say(
                    "refused: … " + (refused.size() - MAX_REFUSALS_SHOWN) + " more, see refused.txt in the run folder");
        }
        return refused;
    }

    /**
     * Publishes the given questions to the log.
     *
     * @param split {@code train} or {@code held-out}
     */
    public PublishedPrompts publish(List<ImportedPrompt> prompts, String split) {
        try (PolicyFolder folder = PolicyFolder.open(ModelFolder.of(config));
                PromptRenderer renderer =
                        new PromptRenderer(folder, config.prompts().form());
                PromptPublisher publisher = publisher(folder, renderer)) {
            return publisher.publish(prompts.stream(), split);
        }
    }

    private PromptPublisher publisher(PolicyFolder folder, PromptRenderer renderer) {
        return new PromptPublisher(
                log,
                renderer,
                new InputLimit(config.prompts().maxTokens(), folder.config().maxPositions(), answerTokens()),
                config.folder().toAbsolutePath().resolve("documents"));
    }

    /** Returns the length limit of an answer in tokens, by split. Any phase may ask any training question. */
    private Map<String, Integer> answerTokens() {
        int sampled = config.scheduledPhases().stream()
                .mapToInt(config::maxTokensOf)
                .max()
                .orElse(config.sampling().maxTokens());
        int evaluated = config.evaluation().maxTokens();
        return Map.of(Sources.TRAIN, sampled, HeldOutSet.SPLIT, evaluated, HeldOutSet.VALIDATION, evaluated);
    }

    private void publish(
            PromptPublisher publisher, Stream<ImportedPrompt> prompts, String split, List<String> refused) {
        try (prompts) {
            PublishedPrompts published = publisher.publish(prompts.peek(prompt -> check.run()), split);
            refused.addAll(published.refused());
            counts.merge(split, new SplitCount(published.total(), published.tooLong()), SplitCount::plus);
        }
    }

    /**
     * Returns the training questions of one source. Those from files are filtered against the held-out set; generated ones
     * have other seeds than the held-out ones and cannot collide.
     */
    private Stream<ImportedPrompt> training(PromptSource source, HeldOutFilter heldOut, List<String> refused) {
        Stream<ImportedPrompt> prompts = Sources.training(source, config.seed(), refused::add);
        return source.generate() == null ? prompts.filter(heldOut.refusing(refused)) : prompts;
    }

    private void publishDemonstrations(
            PromptPublisher publisher, HeldOutFilter heldOut, String stop, List<String> refused) {
        DemonstrationCheck rule = new DemonstrationCheck(config.scoring());
        TeacherSection teacher = config.demonstrations().teacher();
        if (teacher == null) {
            publishReferences(publisher, heldOut, rule, stop, refused);
        } else if (!ControlTopic.commands(log).contains(ControlCommand.START)) { // then the warm-up is over
            new Teaching(config, System.getenv(), progress, check)
                    .teach(teacher, questionsForTheTeacher(heldOut, refused), refused::add)
                    .forEach(taught -> taught.answer().ifPresent(answer -> rule.refusal(taught.prompt(), answer)
                            .ifPresentOrElse(
                                    refused::add,
                                    () -> publisher.publishDemonstration(taught.prompt(), answer + stop))));
        }
        List<Path> files = config.demonstrations().written();
        if (files != null) {
            publishWritten(files, publisher, heldOut, rule, stop, refused);
        }
        rule.allRefused().ifPresent(reason -> {
            throw new UnusableInputException("None of the demonstrations can be imitated. The first reason: " + reason
                    + ". Change demonstrations.answer, the demonstrations' files or scoring.thinking-expected");
        });
    }

    /** Returns the questions of the demonstrations' sources, or the training questions where there are no sources. */
    private List<ImportedPrompt> questionsForTheTeacher(HeldOutFilter heldOut, List<String> refused) {
        List<PromptSource> sources = config.demonstrations().sources();
        boolean own = !sources.isEmpty();
        List<String> refusedHere = own ? refused : new ArrayList<>(); // those of the training questions are known
        List<ImportedPrompt> questions = new ArrayList<>();
        for (PromptSource source : own ? sources : config.prompts().train()) {
            try (Stream<ImportedPrompt> prompts = training(source, heldOut, refusedHere)) {
                prompts.forEach(questions::add);
            }
        }
        return questions;
    }

    /** Publishes demonstrations with the reference answers of the sources. */
    private void publishReferences(
            PromptPublisher publisher,
            HeldOutFilter heldOut,
            DemonstrationCheck rule,
            String stop,
            List<String> refused) {
        double quoted = 0;
        for (PromptSource source : config.demonstrations().sources()) {
            if (source.generate() == null) {
                try (Stream<ImportedPrompt> prompts = training(source, heldOut, refused)) {
                    prompts.forEach(prompt -> {
                        check.run();
                        String answer =
                                config.demonstrations().answer().replace("{gold}", DemonstrationCheck.goldOf(prompt));
                        rule.refusal(prompt, answer)
                                .ifPresentOrElse(
                                        refused::add, () -> publisher.publishDemonstration(prompt, answer + stop));
                    });
                }
                continue;
            }
            double share = Objects.requireNonNullElse(
                    source.quotingShare(), config.demonstrations().quotingShare());
            Iterator<GeneratedQuestion> questions = Sources.generated(Sources.seeded(source.generate(), config.seed()))
                    .iterator();
            while (questions.hasNext()) {
                check.run();
                GeneratedQuestion question = questions.next();
                quoted += share;
                boolean quoting = quoted >= 1; // spreads the quoting demonstrations evenly
                quoted -= quoting ? 1 : 0;
                String answer = question.demonstration(quoting);
                rule.refusal(question.prompt(), answer)
                        .ifPresentOrElse(
                                refused::add,
                                () -> publisher.publishDemonstration(question.prompt(), answer + " " + stop));
            }
        }
    }

    private void publishWritten(
            List<Path> files,
            PromptPublisher publisher,
            HeldOutFilter heldOut,
            DemonstrationCheck rule,
            String stop,
            List<String> refused) {
        try {
            DemonstrationFiles.DemonstrationsRead read = DemonstrationFiles.read(files);
            read.refused().forEach(row -> refused.add(row.toString()));
            List<WrittenDemonstration> usable = new ArrayList<>();
            for (WrittenDemonstration demonstration : read.demonstrations()) {
                Optional<String> refusal = heldOut.holds(demonstration)
                        ? Optional.of(demonstration.source() + ": its question is held out, so it is not imitated")
                        : rule.refusal(demonstration);
                refusal.ifPresentOrElse(refused::add, () -> usable.add(demonstration));
            }
            refused.addAll(publisher.publishDemonstrations(usable, stop));
        } catch (UncheckedIOException e) {
            throw new UnusableInputException(String.valueOf(e.getMessage()), e);
        }
    }

    private static String stopToken(PolicyFolder folder) {
        try (Tokenizer tokenizer = folder.tokenizer()) {
            OptionalInt stop = StopTokens.ofDemonstrations(folder, tokenizer);
            return tokenizer.decode(
                    new int[] {
                        stop.orElseThrow(() -> new UnusableInputException(folder.path()
                                + " names no token that ends an answer: neither eos_token_id in generation_config.json or"
                                + " config.json, nor eos_token in tokenizer_config.json, nor one in the chat template;"
                                + " demonstrations without it would not teach the policy to stop"))
                    },
                    true);
        }
    }

    /**
     * Checks that every phase has a training prompt of its lengths, and one of an earlier phase where it repeats some; without
     * them it would wait for ever or repeat nothing.
     *
     * @throws UnusableInputException if a phase has none
     */
    public void checkPhases() {
        Map<String, Integer> lengths = trainPromptTokens();
        checkRetrospective(config.scheduledPhases(), lengths.values());
        for (PhaseSection phase : config.scheduledPhases()) {
            if (lengths.values().stream().noneMatch(phase::takes)) {
                throw new UnusableInputException(
                        "Phase '" + phase.name() + "' takes inputs of more than " + phase.longerThan() + " and up to "
                                + phase.upTo() + " tokens, and none of the " + lengths.size()
                                + " training prompts has such a length: " + range(lengths)
                                + "; change longer-than and up-to of the phase, or add questions");
            }
        }
    }

    /**
     * Checks that the difficulties by which phases choose questions are measured, or that the run measures them.
     *
     * @throws UnusableInputException if a pass is missing
     */
    public void requireDifficulties() {
        DifficultyPasses.require(config, log);
    }

    private static void checkRetrospective(List<PhaseSection> phases, Collection<Integer> lengths) {
        for (int i = 1; i < phases.size(); i++) {
            PhaseSection phase = phases.get(i);
            List<PhaseSection> earlier = phases.subList(0, i);
            if (phase.prompts().retrospective().share() > 0
                    && lengths.stream()
                            .noneMatch(tokens ->
                                    !phase.takes(tokens) && earlier.stream().anyMatch(one -> one.takes(tokens)))) {
                throw new UnusableInputException("Phase '" + phase.name() + "' repeats prompts of earlier phases"
                        + " (retrospective.share is "
                        + phase.prompts().retrospective().share()
                        + "), but no prompt is in an earlier phase's range of lengths and outside its own; change"
                        + " longer-than of the phase, or set the share to 0");
            }
        }
    }

    private static String range(Map<String, Integer> lengths) {
        return lengths.isEmpty()
                ? "there is no training prompt"
                : "they have "
                        + lengths.values().stream()
                                .mapToInt(Integer::intValue)
                                .min()
                                .getAsInt() + " to "
                        + lengths.values().stream()
                                .mapToInt(Integer::intValue)
                                .max()
                                .getAsInt() + " tokens";
    }

    /** Returns the number of training prompts on the log. */
    public long trainPrompts() {
        return trainPromptTokens().size();
    }

    private Map<String, Integer> trainPromptTokens() {
        Map<String, Integer> tokens = new HashMap<>();
        TopicReader.readAll(log, log.topics().prompts(), record -> {
            if (record.value().getSplit().equals(Sources.TRAIN)) {
                tokens.put(record.key(), config.inputLength().of(record.value().getQuestion()));
            }
        });
        return tokens;
    }

    /**
     * Runs the supervised warm-up, or returns its earlier result.
     *
     * @param stopsBy receives an action that stops the warm-up from another thread
     * @return model folder that reinforcement learning starts from; empty if the warm-up was stopped
     */
    public Optional<Path> warmUp(Consumer<Runnable> stopsBy) {
        Path model = ModelFolder.of(config);
        if (config.warmUp().steps() == 0) {
            return Optional.of(model);
        }
        WarmUp warmUp = new WarmUp(
                config.warmUp(),
                config.seed(),
                model,
                config.folder().toAbsolutePath(),
                resolved.digest(),
                resolved.learners(System.getenv()));
        LearnerPatience patience = new LearnerPatience(progress::say, LEARNER_PAUSE);
        stopsBy.accept(() -> {
            warmUp.stop();
            patience.stop();
        });
        WarmUpFigures figures = new WarmUpFigures(config.folder());
        AtomicReference<String> validation = new AtomicReference<>("");
        progress.begin("warm-up", config.warmUp().steps());
        Optional<Path> made = patience.run(() -> warmUp.run(log, step -> {
            figures.add(step);
            if (step.validationLoss() != null) {
                validation.set(String.format(Locale.ROOT, "  validation %.3f", step.validationLoss()));
            }
            progress.at(
                    step.step(),
                    String.format(
                            Locale.ROOT,
                            "loss %.3f%s  %.0f tokens/s",
                            step.loss(),
                            validation.get(),
                            step.tokensPerSecond()));
        }));
        progress.close();
        return made;
    }

    /**
     * Checks that a fork is complete.
     *
     * @throws WrongUseException if the command that made it was interrupted
     */
    public void requireStarted(Fork fork) {
        if (!ControlTopic.commands(log).contains(ControlCommand.START)) {
            throw new WrongUseException("Run " + config.run() + " is not complete: 'longstream fork " + fork.run()
                    + " --at " + fork.step() + " --as " + config.run() + "' was interrupted; give that command again");
        }
    }

    /** Writes the control command START, which starts the curriculum, unless the log has it already. */
    public void startCurriculum() {
        if (ControlTopic.commands(log).contains(ControlCommand.START)) {
            return;
        }
        Control start = Control.newBuilder()
                .setCommand(ControlCommand.START)
                .setWho("longstream")
                .setWhy("questions are published and the starting weights are there")
                .setAt(Instant.now())
                .setPrompts(trainPrompts())
                .setConfigDigest(resolved.digest())
                .build();
        ControlTopic.write(log, start);
    }
}
