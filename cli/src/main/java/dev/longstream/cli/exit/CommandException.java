package dev.longstream.cli.exit;

/** Ends a command with a message for a person and a code for a script. */
public final class CommandException extends RuntimeException {
    private final ExitCode exit;

    public CommandException(ExitCode exit, String message) {
        super(message);
        this.exit = exit;
    }

    public CommandException(ExitCode exit, String message, Throwable cause) {
        super(message, cause);
        this.exit = exit;
    }

    public ExitCode exit() {
        return exit;
    }
}
