package dev.longstream.evaluation.comparison;

import dev.longstream.config.PrintableAddress;
import dev.longstream.failure.UnusableInputException;
import dev.longstream.failure.WrongUseException;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** A policy that answers the questions of a comparison. */
public sealed interface CandidatePolicy {
    /** Returns the candidate's name in the table. */
    String label();

    /** Returns the candidate's folder, or model name and server address, for messages. */
    String what();

    /**
     * Candidate in a model folder of Hugging Face's layout.
     *
     * @param label name in the table
     * @param folder model folder
     */
    record FolderCandidate(String label, Path folder) implements CandidatePolicy {
        @Override
        public String what() {
            return folder.toString();
        }
    }

    /**
     * Candidate behind the OpenAI-compatible interface.
     *
     * @param label name in the table
     * @param server base URL of the server, version included
     * @param model name of the model at the server
     */
    record ServerCandidate(String label, URI server, String model) implements CandidatePolicy {
        @Override
        public String what() {
            return model + " at " + PrintableAddress.of(server.toString());
        }
    }

    /**
     * Parses {@code [LABEL=]POLICY}, where POLICY is a model folder, {@code @N} for version N of the run, or {@code URL#MODEL}.
     *
     * @param text candidate as written on the command line
     * @param run run folder, for {@code @N}
     * @throws UnusableInputException if there is no such folder or version
     * @throws WrongUseException if a server has no model
     */
    static CandidatePolicy parse(String text, Path run) {
        int equals = text.indexOf('=');
        boolean labelled = equals > 0 && text.substring(0, equals).matches("[\\w .+-]+");
        String what = labelled ? text.substring(equals + 1) : text;
        String label = labelled ? text.substring(0, equals) : PrintableAddress.of(what);
        if (what.matches("https?://.*")) {
            return server(label, what);
        }
        Path folder = what.matches("@\\d+") ? version(run, Integer.parseInt(what.substring(1))) : Path.of(what);
        if (!Files.isDirectory(folder)) {
            throw new UnusableInputException(
                    "There is no model folder " + folder + "; a candidate is [LABEL=]FOLDER, [LABEL=]@VERSION for a"
                            + " version of the run, or [LABEL=]URL#MODEL for an OpenAI-compatible server");
        }
        return of(label, folder);
    }

    /** Creates the candidate of a model folder. */
    static CandidatePolicy of(String label, Path folder) {
        return new FolderCandidate(label, folder.toAbsolutePath().normalize());
    }

    /**
     * Returns the model folder of a policy version, from the run's checkpoint of that version.
     *
     * @param run run folder
     * @throws UnusableInputException if the run has no checkpoint of the version, or not any more
     */
    static Path version(Path run, int version) {
        Path folder = run.resolve("checkpoints")
                .resolve(String.format(Locale.ROOT, "step-%06d", version))
                .resolve("model");
        if (!Files.isDirectory(folder)) {
            throw new UnusableInputException("There is no policy version " + version + " in " + folder
                    + "; a run keeps only its newest checkpoints, the evaluated ones and the last one");
        }
        return folder;
    }

    private static CandidatePolicy server(String label, String what) {
        int hash = what.indexOf('#');
        if (hash < 0 || hash == what.length() - 1) {
            throw new WrongUseException("The candidate " + what + " names no model: expected URL#MODEL");
        }
        return new ServerCandidate(label, URI.create(what.substring(0, hash)), what.substring(hash + 1));
    }
}
