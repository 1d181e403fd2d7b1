package dev.longstream.runs.preparation;

import dev.longstream.failure.UnusableInputException;
import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.model.ComputeType;
import dev.longstream.runs.config.RunConfig;
import org.jspecify.annotations.Nullable;

import java.nio.file.Files;
import java.nio.file.Path;

/** The policy that a run begins with. */
public final class ModelFolder {
    /** Set by the launcher: where Longstream is. */
    public static final String HOME_PROPERTY = "longstream.home";

    private static final Path SHIPPED = Path.of("models", "quickstart");

    private ModelFolder() {}

    /** @throws UnusableInputException if it is not there */
    public static Path of(RunConfig config) {
        return of(config.model().folder());
    }

    /** From now on this process computes products as the configuration says for this policy; to be called before any is loaded. */
    public static ComputeType useComputeType(RunConfig config) {
        return config.model().computeType().use(configuration(config));
    }

    static ModelConfig configuration(RunConfig config) {
        return ModelConfig.read(of(config).resolve("config.json"));
    }

    /**
     * @param given null for the policy that ships
     * @throws UnusableInputException if it is not there
     */
    public static Path of(@Nullable Path given) {
        Path folder =
                given == null ? Path.of(System.getProperty(HOME_PROPERTY, ".")).resolve(SHIPPED) : given;
        if (!Files.isDirectory(folder)) {
            throw new UnusableInputException(
                    given == null
                            ? "The policy that ships with Longstream is not in " + folder.toAbsolutePath()
                                    + "; start with ./longstream, or name a model folder with --model"
                            : "There is no model folder " + folder
                                    + " (--model or model.folder): expected one in Hugging Face's layout");
        }
        return folder.toAbsolutePath().normalize();
    }
}
