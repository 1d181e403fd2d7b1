package dev.longstream.dashboard;

import dev.longstream.log.EventLog;
import dev.longstream.runs.lineage.AnswerLineage;
import dev.longstream.runs.lineage.Lineage;
import dev.longstream.runs.lineage.LineageTree;
import dev.longstream.runs.lineage.StepLineage;
import dev.longstream.runs.lineage.TracedAnswer;
import dev.longstream.testing.TestBroker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The page in a real browser, with the content security policy that it is served with. */
class DashboardPageTest {
    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    private static final String TAB = "\uE004";
    private static final String ARROW_RIGHT = "\uE014";
    private static final String ENTER = "\uE007";
    private static final List<String> VIEWS =
            List.of("overview", "curves", "distributions", "curriculum", "trace", "compare");

    @TempDir
    static Path dir;

    private static Browser browser;
    private static EventLog log;

    @BeforeAll
    static void startBrowser() throws Exception {
        assumeTrue(Browser.isInstalled(), "Skipped: chromium and chromedriver are not installed");
        log = BROKER.newRun("page", 1);
        BROKER.newRun("second", 1);
        try (ShownRun run = new ShownRun(log)) {
            run.begin().steps(1, 3);
        }
        browser = Browser.start(dir.resolve("profile"));
    }

    @AfterAll
    static void stopBrowser() throws Exception {
        if (browser != null) {
            browser.close();
        }
    }

    @Test
    void shouldFollowAStepToATokenAndBackByMouseAndKeyboard() throws Exception {
        try (Dashboard dashboard = start(null)) {
            browser.resize(1280, 900);
            // When
            browser.open(dashboard.url().toString());
            // Then
            browser.await("document.querySelectorAll('.stage').length === 7");
            browser.await("document.querySelectorAll('canvas').length === 2");
            browser.await("document.body.innerText.includes('closes')");
            assertThat(browser.value("document.querySelector('.stat dd').innerText")
                            .asText())
                    .startsWith("3");
            // When
            browser.open(dashboard.url() + "#/page/trace/step/3");
            browser.click("a[href$='group/p4%404']");
            browser.click("td a[href$='answer/p4%404%231']");
            // Then
            browser.await("document.querySelectorAll('t-k').length === 3");
            assertThat(browser.value("document.querySelector('main').innerText").asText())
                    .contains(ShownRun.HOSTILE);
            assertThat(browser.value("document.querySelectorAll('main img').length")
                            .asInt())
                    .isZero();
            // When
            browser.value("document.querySelector('.text:not(.prompt)').focus()");
            browser.press(ARROW_RIGHT + ARROW_RIGHT);
            // Then
            assertThat(browser.value("document.querySelector('.readout').innerText")
                            .asText())
                    .startsWith("token 2 of 3 · id 12 · log μ −0.200");
            // When
            browser.value("document.querySelector(\".crumbs a[href$='step/3']\").focus()");
            browser.press(ENTER);
            // Then
            browser.await("document.querySelector('h1')?.innerText === 'Step 3'");
            assertThat(browser.faults()).isEmpty();
        }
    }

    @Test
    void shouldNameTheSameRecordsAsTheLineageOfAStepAndOfAnAnswer() throws Exception {
        try (Dashboard dashboard = start(null);
                Lineage lineage = new Lineage(log)) {
            // Given
            StepLineage step = lineage.whole(lineage.step(3));
            TracedAnswer answer = step.answers().get(1);
            AnswerLineage traced = lineage.answer(answer.id());
            browser.resize(1280, 900);
            // When
            browser.open(dashboard.url() + "#/page/trace/step/3");
            browser.await("document.querySelector('h1')?.innerText === 'Step 3'");
            // Then
            List<String> groups = linked("group");
            List<String> answers = linked("answer");
            assertThat(groups).containsExactlyElementsOf(step.step().batch().groupIds());
            assertThat(answers)
                    .containsExactlyElementsOf(
                            step.answers().stream().map(TracedAnswer::id).toList());
            assertThat(String.join("\n", LineageTree.of(step))).contains(groups).contains(answers);
            // When
            browser.click("td a[href$='answer/p4%404%231']");
            browser.await("document.querySelectorAll('t-k').length === 3");
            // Then
            assertThat(browser.value("document.querySelector('main').innerText").asText())
                    .contains("page.trajectories " + answer.place())
                    .contains(answer.weightsDigest());
            assertThat(tokensUnderTheArrowKey(3)).isEqualTo(traced.sampled().ids());
            assertThat(linked("version"))
                    .contains(Long.toString(answer.tokens().spans().get(0).version()));
            assertThat(linked("step")).containsOnly(Long.toString(traced.path().version()));
            // When
            browser.click(".crumbs a[href$='step/3']");
            // Then
            browser.await("document.querySelector('h1')?.innerText === 'Step 3'");
            assertThat(linked("answer")).isEqualTo(answers);
        }
    }

    /** Returns the ids that links into a kind of record name, without repetitions. */
    private static List<String> linked(String kind) throws Exception {
        List<String> ids = new ArrayList<>();
        browser.value("[...new Set([...document.querySelectorAll(\"main td a[href*='/trace/" + kind
                        + "/'], main dd a[href*='/trace/" + kind + "/']\")]"
                        + ".map(a => decodeURIComponent(a.hash.split('/').pop())))]")
                .forEach(id -> ids.add(id.asText()));
        return ids;
    }

    private static List<Integer> tokensUnderTheArrowKey(int count) throws Exception {
        List<Integer> ids = new ArrayList<>();
        browser.value("document.querySelector('.text:not(.prompt)').focus()");
        for (int i = 0; i < count; i++) {
            browser.press(ARROW_RIGHT);
            ids.add(browser.value("Number(document.querySelector('.readout').innerText.match(/ id (\\d+) /)[1])")
                    .asInt());
        }
        return ids;
    }

    @Test
    void shouldShowAllOfAWideTableOnAPhone() throws Exception {
        try (Dashboard dashboard = start(null)) {
            browser.resize(360, 740);
            for (String path : List.of("trace/step/3", "trace/group/p4%404", "trace/prompt/p4", "curriculum")) {
                // When
                browser.open(dashboard.url() + "#/page/" + path);
                browser.await(
                        "location.hash === '#/page/" + path
                                + "' && document.querySelector('main td') && !document.querySelector('main [role=status].empty')");
                // Then
                assertThat(browser.value("[...document.querySelectorAll('main td')]"
                                        + ".filter(e => e.getBoundingClientRect().right > 360).map(e => e.innerText)")
                                .toString())
                        .as("cells beyond the right edge in " + path)
                        .isEqualTo("[]");
            }
        }
    }

    @Test
    void shouldKeepWhatAStageSaysWithinItsBox() throws Exception {
        try (Dashboard dashboard = start(null)) {
            for (int width : new int[] {360, 1280}) {
                // When
                browser.resize(width, 900);
                browser.open(dashboard.url() + "#/page/overview");
                browser.await("document.body.innerText.includes('in the last minute')");
                // Then
                assertThat(browser.value("[...document.querySelectorAll('.stage *')].filter(e =>"
                                        + " e.getBoundingClientRect().right > e.closest('.stage').getBoundingClientRect().right)"
                                        + ".map(e => e.innerText)")
                                .toString())
                        .as("beside their boxes at " + width)
                        .isEqualTo("[]");
            }
        }
    }

    @Test
    void shouldSkipToTheContentByKeyboard() throws Exception {
        try (Dashboard dashboard = start(null)) {
            browser.open(dashboard.url() + "#/page/curves");
            browser.await("document.querySelectorAll('canvas').length > 1");
            // When
            browser.press(TAB + ENTER);
            // Then
            assertThat(browser.value("document.activeElement.id").asText()).isEqualTo("main");
            assertThat(browser.value("location.hash").asText()).isEqualTo("#/page/curves");
        }
    }

    @Test
    void shouldKeepTheFocusOnALinkWhileTheRunGoesOn() throws Exception {
        EventLog growing = BROKER.newRun("growing", 1);
        try (Dashboard dashboard = start(null);
                ShownRun run = new ShownRun(growing)) {
            // Given
            run.begin().steps(1, 1);
            browser.open(dashboard.url() + "#/growing/curriculum");
            browser.await("document.querySelectorAll(\"a[href$='prompt/p0']\").length === 1");
            browser.value("document.querySelector(\"a[href$='prompt/p0']\").focus()");
            // When
            run.steps(2, 2);
            browser.await("document.querySelectorAll(\"a[href$='prompt/p2']\").length === 1");
            // Then
            assertThat(browser.value("document.activeElement.getAttribute('href')")
                            .asText())
                    .isEqualTo("#/growing/trace/prompt/p0");
        }
    }

    @Test
    void shouldFitEveryViewOnAPhoneWithoutASidewaysScroll() throws Exception {
        try (Dashboard dashboard = start(null)) {
            browser.resize(360, 740);
            for (String view : VIEWS) {
                // When
                browser.open(dashboard.url() + "#/page/" + view);
                browser.await(
                        "document.querySelector('nav [aria-current]')?.getAttribute('href') === '#/page/" + view
                                + "' && document.querySelector('main .card') && !document.querySelector('main [role=status].empty')");
                // Then
                assertThat(browser.value("document.documentElement.scrollWidth").asInt())
                        .as(view)
                        .isLessThanOrEqualTo(360);
                assertThat(browser.value("[...document.querySelectorAll('a, button, select, input, [role=img]')]"
                                        + ".filter(e => !(e.innerText || e.ariaLabel || e.getAttribute('aria-label') || e.labels?.length))"
                                        + ".map(e => e.outerHTML)")
                                .toString())
                        .as("elements without a name in " + view)
                        .isEqualTo("[]");
            }
            assertThat(browser.faults()).isEmpty();
        }
    }

    @Test
    void shouldShowARunThatHasNoStepYet() throws Exception {
        try (Dashboard dashboard = start(null)) {
            for (String view : VIEWS) {
                // When
                browser.open(dashboard.url() + "#/second/" + view);
                // Then
                browser.await("document.title.startsWith('second') && document.querySelector('main .card')"
                        + " && !document.querySelector('main [role=status].empty')");
                assertThat(browser.value("document.getElementById('notice').hidden")
                                .asBoolean())
                        .as(view)
                        .isTrue();
                assertThat(browser.value("document.getElementById('state').innerText")
                                .asText())
                        .isEqualTo("preparing");
            }
            assertThat(browser.faults()).isEmpty();
        }
    }

    @Test
    void shouldAskForTheToken() throws Exception {
        try (Dashboard dashboard = start("sesame")) {
            // When
            browser.open(dashboard.url().toString());
            browser.await("document.querySelector('input[name=token]')");
            browser.press("sesame" + ENTER);
            // Then
            browser.await("document.querySelectorAll('.stage').length === 7");
        }
    }

    private static Dashboard start(String token) {
        return StartedDashboard.of(log, dir, token);
    }
}
