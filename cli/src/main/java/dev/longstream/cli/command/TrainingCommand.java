package dev.longstream.cli.command;

import dev.longstream.cli.exit.AlsoEndsWith;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.progress.Progress;
import dev.longstream.runs.launch.Training;
import dev.longstream.runs.report.ReportTable;

/** Base of the commands that train, with the exit codes that training can end with. */
@AlsoEndsWith({
    ExitCode.IN_USE,
    ExitCode.STALLED,
    ExitCode.BAD_DATA,
    ExitCode.LEDGER_OPEN,
    ExitCode.UNREACHABLE,
    ExitCode.OUT_OF_MEMORY,
    ExitCode.DISK_FULL,
    ExitCode.INTERRUPTED
})
abstract class TrainingCommand extends CommandBase {
    /**
     * Prints the report of a run and returns the exit code.
     *
     * @param finishedBefore what to say of a run that an earlier command has finished
     */
    final ExitCode report(Training.Ended ended, Progress progress, String finishedBefore) {
        if (ended.before()) {
            progress.say(finishedBefore);
        }
        print(ended.report(), ReportTable.lines(ended.report()));
        progress.say("More in " + ended.folder() + ": report.json, curves.svg, checkpoints");
        return ended.report().ledger().closes() ? ExitCode.DONE : ExitCode.LEDGER_OPEN;
    }
}
