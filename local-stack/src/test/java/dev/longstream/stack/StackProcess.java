package dev.longstream.stack;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A stack in a process of its own, which writes records until it is killed and prints each one that was acknowledged. */
final class StackProcess implements AutoCloseable {
    static final String TOPIC = "numbers";

    private final Process process;
    private final BufferedReader output;

    private StackProcess(Process process) {
        this.process = process;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    static StackProcess start(Path folder) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"), "-Xmx256m", "-XX:+UseSerialGC", "-cp"));
        command.add(System.getProperty("java.class.path"));
        command.add(StackProcess.class.getName());
        command.add(folder.toString());
        return new StackProcess(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    long pid() {
        return process.pid();
    }

    /** The next acknowledged number; waits for it. */
    int nextAcknowledged() throws IOException {
        String line = output.readLine();
        if (line == null) {
            throw new IOException("the process ended");
        }
        return Integer.parseInt(line);
    }

    /** Kills the process like {@code kill -9}. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }

    public static void main(String[] arguments) throws Exception {
        LocalStack stack = LocalStack.start(LocalStack.Settings.in(Path.of(arguments[0])));
        Map<String, Object> client = new HashMap<>(stack.clientProperties());
        client.putAll(Map.of("bootstrap.servers", stack.bootstrapServers(), "acks", "all"));
        try (Admin admin = Admin.create(client)) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
        }
        try (var producer = new KafkaProducer<>(client, new StringSerializer(), new StringSerializer())) {
            for (int i = 0; ; i++) {
                producer.send(new ProducerRecord<>(TOPIC, "", String.valueOf(i)))
                        .get();
                System.out.println(i);
                System.out.flush();
            }
        }
    }
}
