package dev.longstream.http;

import org.eclipse.jetty.io.Content;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Reads request bodies without a thread that waits for them, up to a number of bytes each and in all. */
final class Bodies {
    private final int maxBytes;
    private final long maxTotalBytes;
    private final AtomicLong total = new AtomicLong();

    /**
     * Creates the limits that all bodies share.
     *
     * @param maxBytes largest body in bytes
     * @param maxTotalBytes all bodies in memory together, in bytes
     */
    Bodies(int maxBytes, long maxTotalBytes) {
        this.maxBytes = maxBytes;
        this.maxTotalBytes = maxTotalBytes;
    }

    /** Hears how the reading of a body ended. Exactly one of its methods is called, once. */
    interface BodyListener {
        /** Takes the whole body. */
        void onBody(byte[] body);

        /** Takes the refusal of a body. */
        void onRefused(int status, String message);

        /** Hears that the client has gone, or broke off. */
        void onFailed(Throwable cause);
    }

    /** Returns a body on its way, which {@link Upload#run} begins. */
    Upload upload(Content.Source source, BodyListener listener) {
        return new Upload(source, listener);
    }

    /** One body on its way. Its source calls it again whenever more has arrived. */
    final class Upload implements Runnable {
        private final Content.Source source;
        private final BodyListener listener;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final AtomicBoolean ended = new AtomicBoolean();
        private final AtomicLong counted = new AtomicLong();

        private Upload(Content.Source source, BodyListener listener) {
            this.source = source;
            this.listener = listener;
        }

        /** Takes what has arrived. */
        @Override
        public void run() {
            while (!ended.get()) {
                Content.Chunk chunk = source.read();
                if (chunk == null) {
                    source.demand(this);
                    return;
                }
                if (Content.Chunk.isFailure(chunk)) {
                    if (ended.compareAndSet(false, true)) {
                        listener.onFailed(chunk.getFailure());
                    }
                    return;
                }
                take(chunk);
            }
        }

        private void take(Content.Chunk chunk) {
            boolean last = chunk.isLast();
            int size = chunk.remaining();
            counted.addAndGet(size);
            boolean fits = total.addAndGet(size) <= maxTotalBytes;
            if (counted.get() > maxBytes) {
                chunk.release();
                refuse(413, tooLong(maxBytes));
                return;
            }
            if (!fits) {
                chunk.release();
                refuse(503, "this server reads as many bodies as its memory holds; try again later");
                return;
            }
            ByteBuffer buffer = chunk.getByteBuffer();
            byte[] part = new byte[size];
            buffer.get(part);
            chunk.release();
            bytes.writeBytes(part);
            if (last && ended.compareAndSet(false, true)) {
                listener.onBody(bytes.toByteArray());
            }
        }

        /** Refuses the body, unless it has been read or refused. */
        void refuse(int status, String message) {
            if (ended.compareAndSet(false, true)) {
                listener.onRefused(status, message);
            }
        }

        /** Gives back the body's share of the memory. Call it once the request is answered. */
        void release() {
            total.addAndGet(-counted.getAndSet(0));
        }
    }

    static String tooLong(int maxBytes) {
        return "the body has more than " + maxBytes + " bytes";
    }
}
