package dev.longstream.questions;

import com.fasterxml.jackson.databind.JsonNode;

import java.nio.file.Path;
import java.util.List;

/** A layout of question files: recognises its records and reads their questions. */
interface PromptFormat {
    /** Returns the layout's name in configurations and on the command line. */
    String name();

    /** Describes the fields of a record, for error messages. */
    String layout();

    /** Tells from an object's fields whether it is a record of this layout. */
    boolean recognises(JsonNode object);

    /**
     * Tells whether an object belongs to a companion file of this layout, e.g. a table of stories, which has no
     * questions.
     */
    default boolean accompanies(JsonNode object) {
        return false;
    }

    /**
     * Returns the questions of one record, each to be read on its own, so that a refused one does not stop the others.
     */
    List<Unread> questions(JsonNode record, SourcePlace place);

    /** A question of a record that is not read yet. */
    interface Unread {
        /** Reads the question, or refuses it. */
        ImportedPrompt read() throws RefusedException;
    }

    /**
     * The place of a record in a file.
     *
     * @param path the file's path
     * @param file the file's name
     * @param line line of the record, or its place in a list; from 1
     */
    record SourcePlace(Path path, String file, long line) {
        String source() {
            return file + ":" + line;
        }

        /** Returns the file's name up to its first dot, which is the task if the layout names none. */
        String stem() {
            String own = String.valueOf(path.getFileName());
            int dot = own.indexOf('.');
            return dot > 0 ? own.substring(0, dot) : own;
        }
    }
}
