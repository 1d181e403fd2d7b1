package dev.longstream.cli.exit;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the process says to a script when it ends. Printed by {@code longstream --help}. */
public enum ExitCode {
    DONE(0, "done"),
    FAILED(1, "something failed while it ran; the message says what"),
    WRONG_USE(2, "wrong use or configuration; nothing was started"),
    IN_USE(3, "the run folder or a port is in use, or the folder is of another configuration"),
    STALLED(4, "the run made no progress for as long as stall-after; the message says which stage"),
    BAD_DATA(5, "questions, documents or a model folder cannot be read"),
    LEDGER_OPEN(6, "the audit's ledger does not close"),
    UNREACHABLE(7, "the broker, the schema registry or a server of a model cannot be reached"),
    OUT_OF_MEMORY(
            8, "not enough memory; the message says for what, and the same command goes on from the newest checkpoint"),
    INTERRUPTED(130, "interrupted (Ctrl-C; 143 where it was SIGTERM), stopped cleanly; the same command goes on");

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    /** Code that the process ends with. */
    public int code() {
        return code;
    }

    /** One line for the help. */
    public String meaning() {
        return meaning;
    }

    /** Code to meaning, ascending, as the help of the whole command line prints them. */
    public static Map<String, String> list() {
        return list(EnumSet.allOf(ExitCode.class));
    }

    /** Code to meaning, ascending, of the codes that a command of this class ends with. */
    public static Map<String, String> of(Class<?> command) {
        EnumSet<ExitCode> codes = EnumSet.of(DONE, FAILED, WRONG_USE);
        AlsoEndsWith more = command.getAnnotation(AlsoEndsWith.class);
        if (more != null) {
            codes.addAll(List.of(more.value()));
        }
        return list(codes);
    }

    private static Map<String, String> list(EnumSet<ExitCode> codes) {
        Map<String, String> list = new LinkedHashMap<>();
        codes.forEach(exit -> list.put(Integer.toString(exit.code), exit.meaning));
        return list;
    }
}
