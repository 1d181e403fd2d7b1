package dev.longstream.cli.command;

import picocli.CommandLine.Option;

/** Options that say who gives a command to a run, and why. */
final class AuthorOptions {
    @Option(names = "--why", paramLabel = "TEXT", defaultValue = "", description = "Reason, stored in the log.")
    private String why = "";

    @Option(
            names = "--who",
            paramLabel = "NAME",
            defaultValue = "${sys:user.name}",
            description = "Author of the command, stored in the log (default: the user's name).")
    private String who = "";

    String why() {
        return why;
    }

    String who() {
        return who;
    }
}
