package dev.longstream.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A TCP proxy on loopback whose connections can be cut, frozen and slowed down. */
public final class CutProxy implements AutoCloseable {
    private static final int CHUNK_BYTES = 1 << 14;
    private static final long SLOW_MS = 250;
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    /** A link says how the proxy treats its connections. */
    public enum Link {
        /** Data pass at once. */
        OPEN,
        /** Connections are reset, and new ones are closed at once. */
        CUT,
        /** Connections stay open; data wait until the link is open again. */
        FROZEN,
        /** Every chunk waits a quarter of a second. */
        SLOW
    }

    private final ServerSocket server;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private Link link = Link.OPEN;

    /** Opens a proxy on any free port to {@code target}, a port of this machine. */
    public CutProxy(int target) throws IOException {
        this.target = target;
        this.server = new ServerSocket(0, 50, LOOPBACK);
        start("accept", this::accept);
    }

    /** Returns the port that clients connect to. */
    public int port() {
        return server.getLocalPort();
    }

    /** Sets how connections are treated from now on. */
    public synchronized void set(Link to) {
        link = to;
        notifyAll();
        if (to == Link.CUT) {
            sockets.forEach(CutProxy::reset);
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                if (current() == Link.CUT) {
                    reset(client);
                } else {
                    start("connect", () -> connect(client));
                }
            } catch (IOException e) {
                return; // the proxy is closed
            }
        }
    }

    private void connect(Socket client) {
        Socket broker = new Socket();
        try {
            broker.connect(new InetSocketAddress(LOOPBACK, target));
        } catch (IOException e) {
            reset(client); // nobody listens, as without a proxy
            return;
        }
        sockets.add(client);
        sockets.add(broker);
        start("to", () -> pump(client, broker));
        pump(broker, client);
    }

    private void pump(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] chunk = new byte[CHUNK_BYTES];
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                awaitTurn();
                out.write(chunk, 0, read);
            }
        } catch (IOException e) {
            // One side is gone; the other side is closed as well.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private void awaitTurn() throws InterruptedException {
        if (current() == Link.SLOW) {
            Thread.sleep(SLOW_MS);
        }
        synchronized (this) {
            while (link == Link.FROZEN) {
                wait();
            }
        }
    }

    private synchronized Link current() {
        return link;
    }

    private static void reset(Socket socket) {
        try (socket) {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // It is closed already.
        }
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, "cut-proxy-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        set(Link.CUT);
    }
}
