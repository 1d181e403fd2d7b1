package dev.longstream.cli.command;

import dev.longstream.cli.exit.AlsoEndsWith;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.runs.lineage.AnswerLineage;
import dev.longstream.runs.lineage.DocumentLineage;
import dev.longstream.runs.lineage.GroupLineage;
import dev.longstream.runs.lineage.Lineage;
import dev.longstream.runs.lineage.LineageTree;
import dev.longstream.runs.lineage.PromptLineage;
import dev.longstream.runs.lineage.StepLineage;
import dev.longstream.runs.lineage.VersionLineage;
import dev.longstream.runs.log.LogConnection;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "lineage",
        description = {
            "Traces a run's log in both directions: a gradient step to its batch, groups, answers, tokens, policy versions,",
            "rewards, prompts and documents, and each of these to the steps that it led to."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream lineage --step 40                      # what a step was made of",
            "  longstream lineage --group 'gen-17@42'            # where a group came from, and the step it led to",
            "  longstream lineage --trajectory 'gen-17@42#3'     # an answer, token by token; also by place, e.g. 1:523",
            "  longstream lineage --prompt gen-17                # its assignments, and what became of each",
            "  longstream lineage quickstart --version 40 --json # tokens that a version sampled, and its evaluations",
            "",
            "A fork is traced into the runs that it began in. What pruning removed is listed as missing."
        })
@AlsoEndsWith({ExitCode.IN_USE, ExitCode.UNREACHABLE})
final class LineageCommand extends CommandBase {
    @ArgGroup(exclusive = true, multiplicity = "1")
    private final Target target = new Target();

    @Mixin
    private final StartedRun run = new StartedRun();

    // The option --version of this command replaces the one that prints Longstream's, and picocli then adds no help.
    @SuppressWarnings("UnusedVariable")
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    private boolean help;

    /** Record that is traced; exactly one is given. */
    static final class Target {
        @Option(names = "--step", paramLabel = "N", description = "Gradient step, by the policy version that it made.")
        private @Nullable Long step;

        @Option(names = "--group", paramLabel = "ID", description = "Group or assignment, e.g. gen-17@42.")
        private @Nullable String group;

        @Option(
                names = "--trajectory",
                paramLabel = "ID",
                description =
                        "Answer: group, # and sample, e.g. gen-17@42#3; or its place in trajectories, e.g. 1:523.")
        private @Nullable String trajectory;

        @Option(names = "--prompt", paramLabel = "ID", description = "Prompt, e.g. gen-17.")
        private @Nullable String prompt;

        @Option(names = "--version", paramLabel = "V", description = "Policy version; 0 is where RL begins.")
        private @Nullable Long version;

        @Option(names = "--document", paramLabel = "DIGEST", description = "Document, by its SHA-256.")
        private @Nullable String document;
    }

    @Override
    ExitCode execute() {
        try (LogConnection open = LogConnection.existing(run.load(err()).config());
                Lineage lineage = new Lineage(open.log())) {
            trace(lineage);
            return ExitCode.DONE;
        }
    }

    private void trace(Lineage lineage) {
        if (target.step != null) {
            StepLineage step = lineage.whole(lineage.step(target.step));
            print(step, LineageTree.of(step));
        } else if (target.group != null) {
            GroupLineage group = lineage.group(target.group);
            print(group, LineageTree.of(group));
        } else if (target.trajectory != null) {
            AnswerLineage answer = lineage.answer(target.trajectory);
            print(answer, LineageTree.of(answer));
        } else if (target.prompt != null) {
            PromptLineage prompt = lineage.prompt(target.prompt);
            print(prompt, LineageTree.of(prompt));
        } else if (target.version != null) {
            VersionLineage version = lineage.version(target.version);
            print(version, LineageTree.of(version));
        } else if (target.document != null) {
            DocumentLineage document = lineage.document(target.document);
            print(document, LineageTree.of(document));
        }
    }
}
