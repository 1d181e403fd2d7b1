package dev.longstream.runs.config;

import dev.longstream.failure.UnusableInputException;
import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.model.ComputeType;
import org.jspecify.annotations.Nullable;

import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the model folder of a run's initial policy. */
public final class ModelFolder {
    /** System property that the launcher sets to the folder of the Longstream installation. */
    public static final String HOME_PROPERTY = "longstream.home";

    private static final Path SHIPPED = Path.of("models", "quickstart");

    private ModelFolder() {}

    /**
     * Returns the model folder of a configuration, an absolute path.
     *
     * @throws UnusableInputException if there is no such folder
     */
    public static Path of(RunConfig config) {
        return of(config.model().folder());
    }

    /**
     * Sets the number format of matrix products in this process to the configuration's. Call it before a policy is loaded.
     *
     * @return number format in use
     */
    public static ComputeType useComputeType(RunConfig config) {
        return config.model().computeType().use(configuration(config));
    }

    /** Reads the model's {@code config.json} in the model folder of a configuration. */
    public static ModelConfig configuration(RunConfig config) {
        return ModelConfig.in(of(config));
    }

    /**
     * Returns a model folder as an absolute path.
     *
     * @param model folder to use; null for the policy that ships with Longstream
     * @throws UnusableInputException if there is no such folder
     */
    public static Path of(@Nullable Path model) {
        Path folder =
                model == null ? Path.of(System.getProperty(HOME_PROPERTY, ".")).resolve(SHIPPED) : model;
        if (!Files.isDirectory(folder)) {
            throw new UnusableInputException(
                    model == null
                            ? "The policy that ships with Longstream is not in " + folder.toAbsolutePath()
                                    + "; start with ./longstream, or name a model folder with --model"
                            : "There is no model folder " + folder
                                    + " (--model or model.folder): expected one in Hugging Face's layout");
        }
        return folder.toAbsolutePath().normalize();
    }
}
