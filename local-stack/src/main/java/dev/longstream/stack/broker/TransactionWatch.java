package dev.longstream.stack.broker;

import dev.longstream.stack.failure.StackException;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends {@link HangingTransactions} before the broker serves clients, and looks for new ones on a thread of its own as long
 * as the broker runs. A hanging transaction that arises while producers recover from a kill would otherwise block the
 * readers until the next start.
 */
final class TransactionWatch implements AutoCloseable {
    /**
     * Time between two searches. A transaction is ended by the second search that finds it, so readers wait at most a
     * minute, which is less than the time after which a run counts as stalled.
     */
    static final Duration BETWEEN_LOOKS = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(TransactionWatch.class);

    private final Admin admin;
    private final HangingTransactions transactions;
    private final Duration betweenLooks;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::watch, "hanging-transactions");

    private TransactionWatch(Admin admin, String bootstrapServers, Login login, Duration betweenLooks) {
        this.admin = admin;
        this.transactions = new HangingTransactions(admin, bootstrapServers, login);
        this.betweenLooks = betweenLooks;
    }

    /**
     * Ends the hanging transactions there are, then starts the thread that looks for new ones.
     *
     * @throws StackException if the broker does not answer
     */
    static TransactionWatch start(String bootstrapServers, Login login, Duration betweenLooks) {
        Map<String, Object> client = new HashMap<>(login.clientProperties());
        client.put("bootstrap.servers", bootstrapServers);
        Admin admin = Admin.create(client);
        TransactionWatch watch = new TransactionWatch(admin, bootstrapServers, login, betweenLooks);
        try {
            watch.transactions.endNow();
        } catch (InterruptedException e) {
            admin.close(Duration.ZERO);
            Thread.currentThread().interrupt();
            throw new StackException(
                    "interrupted while looking for transactions that a killed process left open on " + bootstrapServers,
                    e);
        } catch (RuntimeException e) {
            admin.close(Duration.ZERO);
            throw e;
        }
        watch.thread.setDaemon(true);
        watch.thread.start();
        return watch;
    }

    private void watch() {
        try {
            while (!closed.await(betweenLooks.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    transactions.look();
                } catch (RuntimeException e) {
                    // A busy machine, or a topic deleted meanwhile: the next search finds the same transactions.
                    LOG.warn("The search for hanging transactions failed; it is repeated: {}", e.toString());
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("Interrupted by close");
        }
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt(); // ends a search in progress
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        admin.close(Duration.ZERO);
    }
}
