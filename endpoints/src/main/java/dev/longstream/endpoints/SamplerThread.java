package dev.longstream.endpoints;

import dev.longstream.policy.sampling.Sample;
import dev.longstream.policy.sampling.Sampler;
import dev.longstream.policy.sampling.SamplingRequest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Runs a sampler on a thread of its own. Requests that arrive while it decodes a chunk join with the next chunk. */
final class SamplerThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SamplerThread.class);

    private final Sampler sampler;
    private final int maxPrompts;
    private final Thread thread;
    /** Jobs that the thread has not seen yet; guarded by {@code this}, as are the next five fields. */
    private final Queue<Job> arrived = new ArrayDeque<>();

    /** Work on the model that waits for the end of a chunk. */
    private final Queue<FutureTask<?>> orders = new ArrayDeque<>();

    private int underWay;
    private boolean paused;
    private boolean stopping;
    private @Nullable Throwable failure;

    /** Jobs being decoded, by request id; used by the thread alone. */
    private final Map<String, Job> jobs = new LinkedHashMap<>();

    /** A prompt whose answers are being decoded. */
    private static final class Job {
        private final SamplingRequest request;
        private final Submission submission;
        private int unfinished;

        Job(SamplingRequest request, Submission submission) {
            this.request = request;
            this.submission = submission;
            this.unfinished = request.samples();
        }
    }

    /**
     * Creates a thread for a sampler; {@link #start()} starts it.
     *
     * @param sampler closed by this
     * @param maxPrompts prompts in progress at once
     */
    SamplerThread(Sampler sampler, int maxPrompts, String name) {
        this.sampler = sampler;
        this.maxPrompts = maxPrompts;
        this.thread = new Thread(this::run, name);
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /**
     * Accepts prompts, all or none.
     *
     * @param submission hears of their answers; closing it forgets the prompts
     * @throws ApiError 429 if there are too many, 503 if it stops or has failed
     */
    synchronized void submit(List<SamplingRequest> requests, Submission submission) {
        if (failure != null) {
            throw ApiError.unavailable("the sampler has failed: " + failure);
        }
        if (stopping) {
            throw stopped();
        }
        if (underWay + requests.size() > maxPrompts) {
            throw ApiError.tooMany(maxPrompts);
        }
        underWay += requests.size();
        requests.forEach(request -> arrived.add(new Job(request, submission)));
        notifyAll();
    }

    /** Returns why the thread ended; empty if it is running or was closed. */
    synchronized Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    private void run() {
        try (sampler) {
            while (awaitWork()) {
                obeyOrders();
                if (!isPaused()) {
                    admit();
                    forgetCancelled();
                    sampler.decodeChunk().forEach(this::finish);
                    tellOfUnfinished();
                }
            }
            end(stopped());
        } catch (InterruptedException e) {
            end(stopped());
        } catch (Throwable e) { // native code's errors too: no caller may wait for an answer that never comes
            LOG.error("The sampler stopped", e);
            synchronized (this) {
                failure = e;
            }
            end(ApiError.failed("the sampler has failed: " + e));
        }
    }

    /** Waits for work. Returns false if the thread must stop. */
    private synchronized boolean awaitWork() throws InterruptedException {
        while (!stopping && orders.isEmpty() && (paused || (arrived.isEmpty() && jobs.isEmpty()))) {
            wait();
        }
        return !stopping;
    }

    private void obeyOrders() {
        for (FutureTask<?> order = nextOrder(); order != null; order = nextOrder()) {
            order.run();
        }
    }

    private synchronized @Nullable FutureTask<?> nextOrder() {
        return orders.poll();
    }

    /**
     * Does something with the sampler or its model between two chunks, also during a pause, and returns the result.
     *
     * @throws ApiError 503 if the sampler stops or has failed, 500 if {@code work} throws
     */
    <T> T between(Callable<T> work) throws InterruptedException {
        FutureTask<T> order = new FutureTask<>(work);
        synchronized (this) {
            if (stopping) {
                throw stopped();
            }
            orders.add(order);
            notifyAll();
        }
        try {
            return order.get();
        } catch (CancellationException e) {
            throw stopped();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ApiError error) {
                throw error;
            }
            throw ApiError.failed(String.valueOf(e.getCause()));
        }
    }

    /** Stops decoding at the end of the chunk, and returns when that is reached; requests that arrive then wait. */
    void pause(boolean abort) throws InterruptedException {
        between(() -> {
            synchronized (this) {
                paused = true;
            }
            if (abort) {
                abortAll();
            }
            return true;
        });
    }

    private void abortAll() {
        List<Job> all = new ArrayList<>(jobs.values());
        all.forEach(job -> {
            sampler.cancel(job.request.id());
            remove(job.request.id());
        });
        synchronized (this) {
            all.addAll(arrived);
            underWay -= arrived.size();
            arrived.clear();
        }
        all.forEach(job -> job.submission.put(new AnswerEvent.Aborted()));
    }

    /** Goes on decoding. */
    synchronized void resume() {
        paused = false;
        notifyAll();
    }

    synchronized boolean isPaused() {
        return paused;
    }

    /** Submits the jobs that have arrived. */
    private synchronized void admit() {
        for (Job job = arrived.poll(); job != null; job = arrived.poll()) {
            try {
                sampler.submit(job.request);
                jobs.put(job.request.id(), job);
            } catch (IllegalArgumentException e) {
                underWay--;
                job.submission.put(new AnswerEvent.Failed(ApiError.tooLong(null, String.valueOf(e.getMessage()))));
            }
        }
    }

    private void forgetCancelled() {
        List<String> cancelled = jobs.values().stream()
                .filter(job -> job.submission.isCancelled())
                .map(job -> job.request.id())
                .toList();
        cancelled.forEach(id -> {
            sampler.cancel(id);
            remove(id);
        });
    }

    private void finish(Sample sample) {
        Job job = jobs.get(sample.requestId());
        if (job == null) {
            return;
        }
        job.unfinished--;
        if (job.unfinished == 0) {
            remove(sample.requestId()); // first, since the client may ask again as soon as it has the answer
        }
        job.submission.put(new AnswerEvent.Finished(sample));
    }

    private void tellOfUnfinished() {
        for (Job job : jobs.values()) {
            if (job.submission.wantsPartialAnswers()) {
                sampler.unfinished(job.request.id())
                        .forEach(answer -> job.submission.put(new AnswerEvent.Decoded(answer)));
            }
        }
    }

    private synchronized void remove(String id) {
        jobs.remove(id);
        underWay--;
    }

    private synchronized void end(ApiError why) {
        stopping = true;
        jobs.values().forEach(job -> job.submission.put(new AnswerEvent.Failed(why)));
        arrived.forEach(job -> job.submission.put(new AnswerEvent.Failed(why)));
        orders.forEach(order -> order.cancel(false));
        jobs.clear();
        arrived.clear();
        orders.clear();
    }

    private static ApiError stopped() {
        return ApiError.unavailable("the server is stopping");
    }

    /** Stops the thread after the current chunk; unfinished requests fail with status 503. */
    @Override
    public void close() {
        synchronized (this) {
            stopping = true;
            notifyAll();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
