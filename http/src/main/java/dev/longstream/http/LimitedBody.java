package dev.longstream.http;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** Reads a body as UTF-8 text up to a number of bytes. A longer body fails with {@link TooLargeException}. */
final class LimitedBody implements BodySubscriber<String> {
    private final BodySubscriber<String> text = BodySubscribers.ofString(StandardCharsets.UTF_8);
    private final int maxBytes;
    private Flow.@Nullable Subscription subscription;
    private long bytes;

    private LimitedBody(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Signals a body with more bytes than allowed. */
    static final class TooLargeException extends IOException {
        private static final long serialVersionUID = 1L;

        TooLargeException(int maxBytes) {
            super("the reply has more than " + maxBytes + " bytes");
        }
    }

    static BodyHandler<String> handler(int maxBytes) {
        return response -> new LimitedBody(maxBytes);
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        text.onSubscribe(given);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        if (bytes > maxBytes) {
            return; // refused already; the cancellation is under way
        }
        bytes += buffers.stream().mapToLong(ByteBuffer::remaining).sum();
        if (bytes > maxBytes) {
            if (subscription != null) {
                subscription.cancel();
            }
            text.onError(new TooLargeException(maxBytes));
        } else {
            text.onNext(buffers);
        }
    }

    @Override
    public void onError(Throwable failure) {
        text.onError(failure);
    }

    @Override
    public void onComplete() {
        text.onComplete();
    }

    @Override
    public CompletionStage<String> getBody() {
        return text.getBody();
    }
}
