package dev.longstream.endpoints;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.endpoints.GrowingChoice.Piece;
import dev.longstream.policy.folder.Tokenizer;

/** Format of the answers of one endpoint, complete or in chunks. */
enum AnswerFormat {
    /** {@code /v1/chat/completions}. */
    CHAT("chatcmpl-", "chat.completion", "chat.completion.chunk") {
        @Override
        void putWhole(ObjectNode to, Choice choice, boolean logProbs, Tokenizer tokenizer) {
            to.putObject("message").put("role", "assistant").put("content", choice.text());
            putLogProbs(to, choice.tokens(), choice.logProbs(), logProbs, tokenizer);
        }

        @Override
        void putPiece(ObjectNode to, Piece piece, boolean logProbs, Tokenizer tokenizer) {
            to.putObject("delta").put("content", piece.text());
            putLogProbs(to, piece.tokens(), piece.logProbs(), logProbs, tokenizer);
        }

        @Override
        void putLast(ObjectNode to) {
            to.putObject("delta");
        }

        private void putLogProbs(ObjectNode to, int[] tokens, float[] values, boolean wanted, Tokenizer tokenizer) {
            if (!wanted) {
                to.putNull("logprobs");
                return;
            }
            ArrayNode content = to.putObject("logprobs").putArray("content");
            for (int i = 0; i < tokens.length; i++) {
                ObjectNode token = content.addObject().put("token", word(tokens[i], tokenizer));
                token.put("logprob", values[i]).putNull("bytes").putArray("top_logprobs");
            }
        }
    },

    /** {@code /v1/completions}. */
    TEXT("cmpl-", "text_completion", "text_completion") {
        @Override
        void putWhole(ObjectNode to, Choice choice, boolean logProbs, Tokenizer tokenizer) {
            to.put("text", choice.text());
            putLogProbs(to, choice.tokens(), choice.logProbs(), logProbs, tokenizer);
        }

        @Override
        void putPiece(ObjectNode to, Piece piece, boolean logProbs, Tokenizer tokenizer) {
            to.put("text", piece.text());
            putLogProbs(to, piece.tokens(), piece.logProbs(), logProbs, tokenizer);
        }

        @Override
        void putLast(ObjectNode to) {
            to.put("text", "");
        }

        private void putLogProbs(ObjectNode to, int[] tokens, float[] values, boolean wanted, Tokenizer tokenizer) {
            if (!wanted) {
                to.putNull("logprobs");
                return;
            }
            ObjectNode logProbs = to.putObject("logprobs");
            ArrayNode words = logProbs.putArray("tokens");
            ArrayNode numbers = logProbs.putArray("token_logprobs");
            for (int i = 0; i < tokens.length; i++) {
                words.add(word(tokens[i], tokenizer));
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
    abstract void putWhole(ObjectNode to, Choice choice, boolean logProbs, Tokenizer tokenizer);

    /** Writes one chunk. */
    abstract void putPiece(ObjectNode to, Piece piece, boolean logProbs, Tokenizer tokenizer);

    /** Writes the chunk after the last text of an answer, which has the finish reason. */
    abstract void putLast(ObjectNode to);

    private static String word(int token, Tokenizer tokenizer) {
        return tokenizer.decode(new int[] {token}, true);
    }
}
