package dev.longstream.cli.command;

import picocli.CommandLine;
import picocli.CommandLine.HelpCommand;

/** Lists the commands in the order of the help. */
public final class Commands {
    private Commands() {}

    /** Adds every command to {@code line}. */
    public static void addTo(CommandLine line) {
        line.addSubcommand(new TrainCommand());
        line.addSubcommand(new ReplayCommand());
        line.addSubcommand(new AblateCommand());
        line.addSubcommand(new DistillCommand());
        line.addSubcommand(new DifficultyCommand());
        line.addSubcommand(new StatusCommand());
        line.addSubcommand(new BehavioursCommand());
        line.addSubcommand(new PlotCommand());
        line.addSubcommand(new TopicsCommand());
        line.addSubcommand(new InspectCommand());
        line.addSubcommand(new AuditCommand());
        line.addSubcommand(new ControlCommandLine());
        line.addSubcommand(new EvalCommand());
        line.addSubcommand(new ServeCommand());
        line.addSubcommand(new JudgeCommand());
        line.addSubcommand(new PromptsCommand());
        line.addSubcommand(new RunCommand());
        line.addSubcommand(new StartingWeightsCommand());
        line.addSubcommand(new BenchCommand());
        line.addSubcommand(new CompletionCommand());
        line.addSubcommand(new HelpCommand());
    }
}
