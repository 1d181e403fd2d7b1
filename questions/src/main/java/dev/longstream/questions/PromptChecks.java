package dev.longstream.questions;

import dev.longstream.record.AnswerKind;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks that a prompt can be rewarded: it has an id, a question, documents, and golds that suit its kind, whatever its
 * layout.
 */
final class PromptChecks {
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]");
    private static final Pattern LETTER = Pattern.compile("\\(?([A-Za-z])\\)?");

    private PromptChecks() {}

    static ImportedPrompt checked(ImportedPrompt prompt) throws RefusedException {
        require(!prompt.id().isBlank(), "empty id");
        require(!prompt.question().isBlank(), "empty question");
        require(!prompt.documents().isEmpty(), "no documents");
        for (DocumentText document : prompt.documents()) {
            require(!document.text().isBlank(), "a document is empty");
        }
        require(!prompt.golds().isEmpty(), "no gold answer");
        for (String gold : prompt.golds()) {
            require(!gold.isBlank(), "empty gold answer");
            requireReadable(gold, prompt);
        }
        return prompt;
    }

    private static void requireReadable(String gold, ImportedPrompt prompt) throws RefusedException {
        AnswerKind kind = prompt.kind();
        if (kind == AnswerKind.NUMBER) {
            require(NumberGold.isReadable(gold), "gold \"" + gold + "\" cannot be read as one number");
        } else if (kind == AnswerKind.MULTIPLE_CHOICE) {
            Matcher letter = LETTER.matcher(gold.strip());
            require(letter.matches(), "gold \"" + gold + "\" of a multiple choice is not one letter");
            List<String> letters = prompt.options().keySet().stream().sorted().toList();
            require(
                    letters.isEmpty() || letters.contains(letter.group(1).toUpperCase(Locale.ROOT)),
                    "gold \"" + gold + "\" is none of the options " + String.join(", ", letters));
        } else if (kind != AnswerKind.MATH_BOXED) {
            require(WORD.matcher(gold).find(), "gold \"" + gold + "\" has no letter and no digit");
        }
    }

    private static void require(boolean holds, String reason) throws RefusedException {
        if (!holds) {
            throw new RefusedException(reason);
        }
    }
}
