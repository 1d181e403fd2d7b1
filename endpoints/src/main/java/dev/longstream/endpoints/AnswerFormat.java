package dev.longstream.endpoints;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.endpoints.GrowingChoice.Piece;

import java.util.List;

/** Format of the answers of one endpoint, complete or in chunks. */
enum AnswerFormat {
    /** {@code /v1/chat/completions}. */
    CHAT("chatcmpl-", "chat.completion", "chat.completion.chunk") {
        @Override
        void putWhole(ObjectNode to, Choice choice, boolean logProbs) {
            to.putObject("message").put("role", "assistant").put("content", choice.text());
            putLogProbs(to, choice.words(), choice.logProbs(), logProbs);
        }

        @Override
        void putPiece(ObjectNode to, Piece piece, boolean logProbs) {
            to.putObject("delta").put("content", piece.text());
            putLogProbs(to, piece.words(), piece.logProbs(), logProbs);
        }

        @Override
        void putLast(ObjectNode to) {
            to.putObject("delta");
        }

        private void putLogProbs(ObjectNode to, List<String> words, float[] values, boolean wanted) {
            if (!wanted) {
                to.putNull("logprobs");
                return;
            }
            ArrayNode content = to.putObject("logprobs").putArray("content");
            for (int i = 0; i < words.size(); i++) {
                ObjectNode token = content.addObject().put("token", words.get(i));
                token.put("logprob", values[i]).putNull("bytes").putArray("top_logprobs");
            }
        }
    },

    /** {@code /v1/completions}. */
    TEXT("cmpl-", "text_completion", "text_completion") {
        @Override
        void putWhole(ObjectNode to, Choice choice, boolean logProbs) {
            to.put("text", choice.text());
            putLogProbs(to, choice.words(), choice.logProbs(), logProbs);
        }

        @Override
        void putPiece(ObjectNode to, Piece piece, boolean logProbs) {
            to.put("text", piece.text());
            putLogProbs(to, piece.words(), piece.logProbs(), logProbs);
        }

        @Override
        void putLast(ObjectNode to) {
            to.put("text", "");
        }

        private void putLogProbs(ObjectNode to, List<String> words, float[] values, boolean wanted) {
            if (!wanted) {
                to.putNull("logprobs");
                return;
            }
            ObjectNode logProbs = to.putObject("logprobs");
            ArrayNode tokens = logProbs.putArray("tokens");
            ArrayNode numbers = logProbs.putArray("token_logprobs");
            for (int i = 0; i < words.size(); i++) {
                tokens.add(words.get(i));
                numbers.add(values[i]);
            }
            logProbs.putNull("top_logprobs");
        }
    };

    final String idPrefix;
    final String object;
    final String chunkObject;

    AnswerFormat(String idPrefix, String object, String chunkObject) {
        this.idPrefix = idPrefix;
        this.object = object;
        this.chunkObject = chunkObject;
    }

    /** Writes a complete answer, without its index and finish reason. */
    abstract void putWhole(ObjectNode to, Choice choice, boolean logProbs);

    /** Writes one chunk. */
    abstract void putPiece(ObjectNode to, Piece piece, boolean logProbs);

    /** Writes the chunk after the last text of an answer, which has the finish reason. */
    abstract void putLast(ObjectNode to);
}
