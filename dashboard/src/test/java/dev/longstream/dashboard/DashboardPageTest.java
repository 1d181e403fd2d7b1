package dev.longstream.dashboard;

import dev.longstream.log.EventLog;
import dev.longstream.testing.TestBroker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The page in a real browser, with the content security policy that it is served with. */
class DashboardPageTest {
    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

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
