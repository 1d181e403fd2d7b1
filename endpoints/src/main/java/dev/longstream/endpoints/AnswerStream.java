package dev.longstream.endpoints;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.endpoints.GrowingChoice.Piece;
import dev.longstream.http.EventStream;

import java.util.BitSet;

/** Streams the answers to one request as OpenAI's chunks: one event for each, then the finish reason, then {@code [DONE]}. */
final class AnswerStream implements PendingAnswers.Listener {
    private final EventStream events;
    private final AnswerFormat format;
    private final ObjectNode head;
    private final boolean logProbs;
    private final boolean includeUsage;
    private final BitSet begun = new BitSet();

    /**
     * Creates the stream of one request.
     *
     * @param head members that all chunks share: id, object, created and model
     * @param includeUsage whether the last chunk counts the tokens
     */
    AnswerStream(EventStream events, AnswerFormat format, ObjectNode head, boolean logProbs, boolean includeUsage) {
        this.events = events;
        this.format = format;
        this.head = head;
        this.logProbs = logProbs;
        this.includeUsage = includeUsage;
    }

    @Override
    public void onPiece(int index, Piece piece) {
        begin(index);
        ObjectNode chunk = chunk();
        format.putPiece(choice(chunk, index), piece, logProbs);
        events.send(chunk);
    }

    @Override
    public void onComplete(int index, Choice choice) {
        begin(index);
        ObjectNode chunk = chunk();
        ObjectNode last = choice(chunk, index);
        format.putLast(last);
        last.put("finish_reason", choice.finish());
        events.send(chunk);
    }

    @Override
    public void onWaiting() {
        events.keepAlive();
    }

    /** Sends the end of the stream. */
    void end(ObjectNode usage) {
        if (includeUsage) {
            ObjectNode chunk = chunk();
            chunk.putArray("choices");
            chunk.set("usage", usage);
            events.send(chunk);
        }
        events.send("[DONE]");
    }

    /** Sends the role of the speaker, which precedes the first chunk of a chat answer. */
    private void begin(int index) {
        if (format == AnswerFormat.CHAT && !begun.get(index)) {
            begun.set(index);
            ObjectNode chunk = chunk();
            choice(chunk, index).putObject("delta").put("role", "assistant").put("content", "");
            events.send(chunk);
        }
    }

    private ObjectNode chunk() {
        ObjectNode chunk = head.deepCopy();
        if (includeUsage) {
            chunk.putNull("usage");
        }
        return chunk;
    }

    private static ObjectNode choice(ObjectNode chunk, int index) {
        return chunk.putArray("choices").addObject().put("index", index).putNull("finish_reason");
    }
}
