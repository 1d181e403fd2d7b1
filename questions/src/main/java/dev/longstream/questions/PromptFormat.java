package dev.longstream.questions;

import com.fasterxml.jackson.databind.JsonNode;

import java.nio.file.Path;
import java.util.List;

/** A layout that questions are published in. */
interface PromptFormat {
    /** What the layout is called on the command line. */
    String name();

    /** What a record of it looks like, for people. */
    String layout();

    /** Whether a JSON object is a record of this layout, by its fields. */
    boolean recognises(JsonNode object);

    /** Whether it is a record of a file that others of this layout are read with, and that has no question itself. */
    default boolean accompanies(JsonNode object) {
        return false;
    }

    /** The questions of one record, each still to be read, so that one that is refused leaves the others. */
    List<Unread> questions(JsonNode record, SourcePlace place);

    /** A question whose record is at hand. */
    interface Unread {
        ImportedPrompt read() throws RefusedException;
    }

    /**
     * Where a record stands.
     *
     * @param path where the file is
     * @param file the file's name
     * @param line its line, or its place in a list; from 1
     */
    record SourcePlace(Path path, String file, long line) {
        String source() {
            return file + ":" + line;
        }

        /** The file's name up to its first dot: the task, where a layout has no name for it. */
        String stem() {
            String own = String.valueOf(path.getFileName());
            int dot = own.indexOf('.');
            return dot > 0 ? own.substring(0, dot) : own;
        }
    }
}
