package dev.longstream.cli.command;

import dev.longstream.cli.exit.ExitCode;
import picocli.CommandLine;
import picocli.CommandLine.HelpCommand;

/** Lists the commands in the order of the help. */
public final class Commands {
    private Commands() {}

    /** Adds every command to {@code line}. */
    public static void addTo(CommandLine line) {
        line.addSubcommand(new DoctorCommand());
        line.addSubcommand(new InitCommand());
        line.addSubcommand(new TrainCommand());
        line.addSubcommand(new ForkCommand());
        line.addSubcommand(new RewindCommand());
        line.addSubcommand(new ReplayCommand());
        line.addSubcommand(new DiffCommand());
        line.addSubcommand(new AblateCommand());
        line.addSubcommand(new DistillCommand());
        line.addSubcommand(new DifficultyCommand());
        line.addSubcommand(new StatusCommand());
        line.addSubcommand(new DashboardCommand());
        line.addSubcommand(new BehavioursCommand());
        line.addSubcommand(new PlotCommand());
        line.addSubcommand(new ExportCommand());
        line.addSubcommand(new MergeCommand());
        line.addSubcommand(new TopicsCommand());
        line.addSubcommand(new InspectCommand());
        line.addSubcommand(new DeadLettersCommand());
        line.addSubcommand(new LineageCommand());
        line.addSubcommand(new AuditCommand());
        line.addSubcommand(new CompareCommand());
        line.addSubcommand(new PromoteCommand());
        line.addSubcommand(new PruneCommand());
        line.addSubcommand(new ControlCommandLine());
        line.addSubcommand(new EvalCommand());
        line.addSubcommand(new ScoreCommand());
        line.addSubcommand(new ServeCommand());
        line.addSubcommand(new JudgeCommand());
        line.addSubcommand(new PromptsCommand());
        line.addSubcommand(new RunCommand());
        line.addSubcommand(new AclsCommand());
        line.addSubcommand(new StartingWeightsCommand());
        line.addSubcommand(new BenchCommand());
        line.addSubcommand(new CompletionCommand());
        CommandLine help = new CommandLine(new HelpCommand());
        line.addSubcommand(help);
        help.getCommandSpec()
                .usageMessage()
                .footerHeading("%nExamples:%n")
                .footer("  longstream help train", "  longstream judge check --help");
        line.getSubcommands().values().forEach(Commands::listExitCodes);
    }

    /** Lists in the help of a command, and of the commands below it, the exit codes that each can end with. */
    private static void listExitCodes(CommandLine command) {
        command.getCommandSpec()
                .usageMessage()
                .exitCodeList(ExitCode.of(command.getCommandSpec().userObject().getClass()));
        command.getSubcommands().values().forEach(Commands::listExitCodes);
    }
}
