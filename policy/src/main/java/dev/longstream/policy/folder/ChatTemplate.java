package dev.longstream.policy.folder;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.el.JinjavaInterpreterResolver;
import com.hubspot.jinjava.interpret.InterpretException;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import com.hubspot.jinjava.objects.date.StrftimeFormatter;
import dev.longstream.policy.file.PolicyFolderException;
import dev.longstream.policy.template.ItemsFilter;
import dev.longstream.policy.template.IterationTag;
import dev.longstream.policy.template.JinjaSource;
import dev.longstream.policy.template.PythonJson;
import dev.longstream.policy.template.PythonMethods;
import dev.longstream.policy.template.PythonText;
import jinjava.javax.el.CompositeELResolver;
import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Renders a conversation with the folder's Jinja template into the text that the policy continues.
 *
 * <p>The dialect is that of transformers: {@code raise_exception}, {@code strftime_now}, {@code tojson}, {@code break}
 * and {@code continue}, {@code namespace}, blocks trimmed, Python's string methods, and the special tokens as variables
 * ({@code bos_token}, …). An unsupported construct is an error; it never renders a wrong text. An unsupported filter or
 * test is one only where it is applied. A template comes with a
 * model folder that somebody else made: it cannot reach Java's classes, and its output, loops and recursion are limited.
 * Thread-safe.
 */
public final class ChatTemplate {
    static final String DEFAULT = "default";

    /** Largest output in bytes; the longest prompts of today's models have some megabytes. */
    private static final long MAX_OUTPUT_BYTES = 64 << 20;

    private static final int MAX_MACRO_DEPTH = 100;

    /**
     * Marks the text "false", which Jinjava takes for the boolean while Jinja does not; the mark is removed from the
     * output.
     */
    private static final char TRUE_TEXT = '\uE0F5';

    private static final List<ELFunctionDefinition> FUNCTIONS = List.of(
            new ELFunctionDefinition("", "raise_exception", ChatTemplate.class, "raise", String.class),
            new ELFunctionDefinition("", "strftime_now", ChatTemplate.class, "now", String.class));

    private final String name;
    private final String source;
    private final Map<String, String> specialTokens;
    private final Jinjava jinjava;

    /**
     * One turn of a conversation.
     *
     * @param role    for example {@code system}, {@code user} or {@code assistant}
     * @param content its text
     */
    public record Message(String role, String content) {}

    private ChatTemplate(String name, String source, Map<String, String> specialTokens, Clock clock) {
        this.name = name;
        this.specialTokens = Map.copyOf(specialTokens);
        this.jinjava = jinjava(clock);
        try {
            this.source = JinjaSource.translate(source, jinjava.getGlobalContext());
        } catch (IllegalArgumentException e) {
            throw new PolicyFolderException(name, String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Creates a template from its source.
     *
     * @param name          name in errors
     * @param source        the template, in Jinja
     * @param specialTokens text of each special token by its role, e.g. {@code eos_token}
     * @param clock         clock for templates that print today's date
     */
    public static ChatTemplate of(String name, String source, Map<String, String> specialTokens, Clock clock) {
        return new ChatTemplate(name, source, specialTokens, clock);
    }

    /** Reads the folder's template named {@code default}. */
    static ChatTemplate read(Path folder, Clock clock) {
        TokenizerConfig config = TokenizerConfig.read(folder);
        String source = config.chatTemplates().get(DEFAULT);
        if (source == null) {
            throw new PolicyFolderException(
                    folder.toString(),
                    "has no chat template: neither " + PolicyFolder.CHAT_TEMPLATE + " nor, in "
                            + PolicyFolder.TOKENIZER_CONFIG + ", a chat_template"
                            + (config.chatTemplates().isEmpty()
                                    ? ""
                                    : " named default, only "
                                            + config.chatTemplates().keySet()),
                    null);
        }
        return new ChatTemplate(folder + " (chat template)", source, config.specialTokens(), clock);
    }

    /**
     * Renders a conversation.
     *
     * @param messages            messages in order
     * @param addGenerationPrompt whether the text ends with the beginning of an answer
     * @param extra               further variables of the template, for example {@code enable_thinking}
     * @throws PolicyFolderException if the template refuses the conversation or cannot be rendered
     */
    public String render(List<Message> messages, boolean addGenerationPrompt, Map<String, Object> extra) {
        List<Object> turns = new ArrayList<>();
        boolean marked = false;
        for (Message message : messages) {
            String content = message.content();
            if (content.strip().toLowerCase(Locale.ROOT).equals("false")) {
                content = TRUE_TEXT + content;
                marked = true;
            }
            Map<String, Object> turn = new LinkedHashMap<>();
            turn.put("role", message.role());
            turn.put("content", content);
            turns.add(turn);
        }
        Map<String, Object> variables = new HashMap<>(specialTokens);
        FUNCTIONS.forEach(function -> variables.put(function.getLocalName(), true)); // for "is defined"
        variables.put("messages", turns);
        variables.put("add_generation_prompt", addGenerationPrompt);
        variables.putAll(extra);
        IterationTag.count(variables);
        RenderResult result = jinjava.renderForResult(source, variables);
        if (!result.getErrors().isEmpty()) {
            throw failure(result.getErrors());
        }
        return marked ? result.getOutput().replace(String.valueOf(TRUE_TEXT), "") : result.getOutput();
    }

    /** Returns whether the template mentions a variable. A variable that it does not mention changes nothing. */
    public boolean names(String variable) {
        return Pattern.compile("(?<!\\w)" + Pattern.quote(variable) + "(?!\\w)")
                .matcher(source)
                .find();
    }

    private PolicyFolderException failure(List<TemplateError> errors) {
        for (TemplateError error : errors) {
            for (Throwable cause = error.getException(); cause != null; cause = cause.getCause()) {
                if (cause instanceof Refusal refusal) {
                    return new PolicyFolderException(
                            name, "refuses the conversation: " + refusal.getMessage(), refusal);
                }
            }
        }
        return new PolicyFolderException(
                name,
                errors.stream()
                        .map(error -> "line " + error.getLineno() + ": " + error.getMessage())
                        .distinct()
                        .toList());
    }

    private static Jinjava jinjava(Clock clock) {
        CompositeELResolver resolver = new CompositeELResolver();
        resolver.add(new PythonMethods());
        resolver.add(JinjavaInterpreterResolver.DEFAULT_RESOLVER_READ_ONLY);
        Jinjava jinjava = new Jinjava(JinjavaConfig.newBuilder()
                .withElResolver(resolver)
                .withNestedInterpretationEnabled(false) // otherwise braces in a prompt would run as a template
                .withTrimBlocks(false) // done by JinjaSource, as are the blocks' left sides
                .withLstripBlocks(false)
                .withEnableRecursiveMacroCalls(true)
                .withMaxMacroRecursionDepth(MAX_MACRO_DEPTH)
                .withMaxOutputSize(MAX_OUTPUT_BYTES)
                .withMaxStringLength(MAX_OUTPUT_BYTES)
                .withDateTimeProvider(clock::millis)
                .withTimeZone(clock.getZone())
                .withLocale(Locale.ENGLISH)
                .withLegacyOverrides(LegacyOverrides.newBuilder()
                        .withEvaluateMapKeys(true)
                        .withIterateOverMapKeys(true)
                        .withUseNaturalOperatorPrecedence(true)
                        .withKeepNullableLoopValues(true)
                        .withAllowAdjacentTextNodes(true)
                        .build())
                .build());
        jinjava.getGlobalContext().registerTag(new IterationTag());
        jinjava.getGlobalContext().registerFilter(new ItemsFilter());
        jinjava.getGlobalContext().registerFilter(new PythonJson());
        jinjava.getGlobalContext().registerFilter(new Trim());
        jinjava.getGlobalContext().registerFilter(new Printed());
        FUNCTIONS.forEach(jinjava.getGlobalContext()::registerFunction);
        return jinjava;
    }

    /** Implements the template's {@code raise_exception(message)}. */
    @SuppressWarnings("DoNotCallSuggester") // only templates call it
    public static String raise(String message) {
        throw new Refusal(message);
    }

    /** Implements the template's {@code strftime_now(format)}. */
    public static String now(String format) {
        JinjavaConfig config = JinjavaInterpreter.getCurrent().getConfig();
        Instant now = Instant.ofEpochMilli(config.getDateTimeProvider().getCurrentTimeMillis());
        return StrftimeFormatter.format(ZonedDateTime.ofInstant(now, config.getTimeZone()), format, Locale.ENGLISH);
    }

    private static final class Refusal extends InterpretException {
        private static final long serialVersionUID = 1L;

        Refusal(String message) {
            super(message);
        }
    }

    /**
     * Implements Jinja's {@code trim}, which removes Python's whitespace; Jinjava's own also removes control
     * characters.
     */
    private static final class Trim implements Filter {
        @Override
        public String getName() {
            return "trim";
        }

        @Override
        public Object filter(@Nullable Object value, JinjavaInterpreter interpreter, String... arguments) {
            return value == null ? "" : PythonMethods.strip(String.valueOf(value), arguments, true, true);
        }
    }

    /** Prints booleans, lists and mappings as Python does. */
    private static final class Printed implements Filter {
        @Override
        public String getName() {
            return JinjaSource.PRINTED;
        }

        @Override
        public @Nullable Object filter(@Nullable Object value, JinjavaInterpreter interpreter, String... arguments) {
            return PythonText.printed(value);
        }
    }
}
