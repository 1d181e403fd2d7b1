package dev.longstream.cli.exit;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Exit codes of the process, as {@code longstream --help} lists them. */
public enum ExitCode {
    /** The command succeeded. */
    DONE(0, "done"),
    /** The command failed for a reason without a code of its own. */
    FAILED(1, "the command failed; the message says why"),
    /** An option or the configuration is wrong. */
    WRONG_USE(2, "wrong use or configuration; nothing was started"),
    /** The run folder or a port is in use, or the folder has another configuration. */
    IN_USE(3, "the run folder or a port is in use, or the folder belongs to another configuration"),
    /** The run made no progress. */
    STALLED(4, "the run made no progress for as long as stall-after; the message names the stage"),
    /** An input file cannot be used. */
    BAD_DATA(5, "questions, documents or a model folder cannot be read"),
    /** The audit found a contradiction. */
    LEDGER_OPEN(6, "the audit's ledger does not close"),
    /** A server does not answer. */
    UNREACHABLE(7, "the broker, the schema registry or a model server cannot be reached"),
    /** Memory is exhausted. */
    OUT_OF_MEMORY(
            8,
            "not enough memory; the message says for what, and the same command continues from the newest checkpoint"),
    /** A disk is nearly full. */
    DISK_FULL(9, "too little disk space; the message says where, and the same command continues when there is room"),
    /** Credentials are refused, or a right is denied. */
    DENIED(10, "the broker or the schema registry refuses the credentials, or denies a right that the message names"),
    /** The user interrupted the command. */
    INTERRUPTED(130, "interrupted by Ctrl-C (143 by SIGTERM) and stopped cleanly; the same command continues the run");

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    /** Returns the exit status of the process. */
    public int code() {
        return code;
    }

    /** Returns the explanation in the help, one line. */
    public String meaning() {
        return meaning;
    }

    /** Returns the meaning of every code by its number, in ascending order, as the help prints them. */
    public static Map<String, String> list() {
        return list(EnumSet.allOf(ExitCode.class));
    }

    /** Code to meaning, ascending, of the codes that a command of this class ends with. */
    public static Map<String, String> of(Class<?> command) {
        EnumSet<ExitCode> codes = EnumSet.of(DONE, FAILED, WRONG_USE);
        AlsoEndsWith more = command.getAnnotation(AlsoEndsWith.class);
        if (more != null) {
            codes.addAll(List.of(more.value()));
            if (codes.contains(UNREACHABLE)) { // whoever can be reached can refuse
                codes.add(DENIED);
            }
        }
        return list(codes);
    }

    private static Map<String, String> list(EnumSet<ExitCode> codes) {
        Map<String, String> list = new LinkedHashMap<>();
        codes.forEach(exit -> list.put(Integer.toString(exit.code), exit.meaning));
        return list;
    }
}
