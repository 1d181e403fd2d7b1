package dev.longstream.runs.doctor;

/**
 * One check of the machine: its outcome, and the next step where one is needed.
 *
 * @param check subject of the check, e.g. {@code memory}
 * @param level outcome
 * @param found measured values, in a few words
 * @param advice what to do; empty where nothing is needed
 */
public record Finding(String check, FindingLevel level, String found, String advice) {
    /** Outcome of a check, from good to bad. */
    public enum FindingLevel {
        /** Longstream runs as it should. */
        OK,
        /** Longstream runs, but slower or with less room than it could have. */
        WARNING,
        /** Longstream does not run. */
        PROBLEM
    }

    static Finding ok(String check, String found) {
        return new Finding(check, FindingLevel.OK, found, "");
    }

    static Finding warning(String check, String found, String advice) {
        return new Finding(check, FindingLevel.WARNING, found, advice);
    }

    static Finding problem(String check, String found, String advice) {
        return new Finding(check, FindingLevel.PROBLEM, found, advice);
    }
}
