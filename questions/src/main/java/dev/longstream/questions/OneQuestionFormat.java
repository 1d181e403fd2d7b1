package dev.longstream.questions;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.List;

/** A format whose every record is one question. */
interface OneQuestionFormat extends PromptFormat {
    /** Reads the question of a record, or refuses it. */
    ImportedPrompt prompt(JsonNode record, SourcePlace place) throws RefusedException;

    @Override
    default List<Unread> questions(JsonNode record, SourcePlace place) {
        return List.of(() -> prompt(record, place));
    }
}
