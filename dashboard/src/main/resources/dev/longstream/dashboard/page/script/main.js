// Finds the view that the address names, and keeps it up to date while the page is seen.

import { get, keepToken, part, Refused, Unanswered } from "./api.js";
import { redraw } from "./charts.js";
import { empty, fill, h } from "./dom.js";
import { ago, href, time } from "./format.js";
import { overview } from "./overview.js";
import { curves } from "./curves.js";
import { distributions } from "./distributions.js";
import { curriculum } from "./curriculum.js";
import { compare } from "./compare.js";
import { trace } from "./trace.js";

const VIEWS = [
  ["overview", "Overview", overview],
  ["curves", "Curves", curves],
  ["distributions", "Distributions", distributions],
  ["curriculum", "Curriculum", curriculum],
  ["trace", "Trace", trace],
  ["compare", "Compare", compare],
];
const PAUSE_MILLIS = 2000;

const page = Object.fromEntries(["runs", "state", "nav", "notice", "main"].map((id) => [id, document.getElementById(id)]));
let names = null; // runs of the broker
const others = new Set(); // runs that are drawn over the first one
let shown = null; // {run, name, rest, view}
let newest = null; // summary of the run that is shown
let answeredAt = null;
let turn = 0;

function address() {
  const [run, name, ...rest] = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  const known = VIEWS.some(([view]) => view === name);
  return { run: run || names.first[0] || names.runs[0], name: known ? name : "overview", rest };
}

async function open() {
  const mine = ++turn;
  try {
    if (names === null) {
      names = await get("runs");
      names.first.slice(1).forEach((run) => others.add(run));
    }
    if (names.runs.length === 0) {
      fill(page.main, empty("No run yet", "The broker has no run. ", h("code", {}, "longstream train"), " starts one; this page will show it."));
      names = null;
      return;
    }
    const at = address();
    const changed = shown?.run !== at.run;
    if (changed) newest = null;
    others.delete(at.run);
    const make = VIEWS.find(([name]) => name === at.name)[2];
    document.title = `${at.run} · ${VIEWS.find(([name]) => name === at.name)[1]} · Longstream`;
    head(at);
    if (changed || newest === null) {
      fill(page.main, h("div", { class: "card empty", role: "status" }, "Reading the log of " + at.run + " …"));
      shown = null;
      const summary = await get("runs/" + part(at.run));
      if (mine !== turn) return;
      notice(summary.problem);
      if (summary.state === "reading") return; // the card says so, and the next look asks again
      newest = summary;
    }
    if (mine !== turn) return;
    status();
    const view = make({ run: at.run, others, rest: at.rest, summary: newest });
    shown = { ...at, view };
    fill(page.main, view.element);
    await view.update?.(newest);
    redraw();
    notice("");
  } catch (failure) {
    if (mine === turn) failed(failure);
  }
}

function head(at) {
  const select = h("select", {
    "aria-label": "Run",
    onchange: (event) => { location.hash = href(event.target.value, at.name); },
  }, names.runs.map((run) => h("option", { value: run, selected: run === at.run }, run)));
  const menu = names.runs.length > 1 && h("details", { class: "menu" },
    h("summary", {}, others.size === 0 ? "Compare with" : "with " + [...others].join(", ")),
    h("div", {}, names.runs.filter((run) => run !== at.run).map((run) => h("label", {},
      h("input", {
        type: "checkbox",
        checked: others.has(run),
        onchange: (event) => {
          if (event.target.checked) others.add(run);
          else others.delete(run);
          open();
        },
      }), run))));
  fill(page.runs, select, menu);
  fill(page.nav, VIEWS.map(([name, text]) =>
    h("a", { href: href(at.run, name), "aria-current": name === at.name ? "page" : null }, text)));
  page.nav.querySelector("[aria-current]").scrollIntoView({ block: "nearest", inline: "nearest" });
}

function status() {
  fill(page.state,
    h("span", { class: "pill " + newest.state }, newest.state),
    newest.lastRecordAt > 0 && (newest.state === "running" || newest.state === "idle")
      ? h("span", {}, "last record " + ago(newest.lastRecordAt, newest.now)) : null);
}

function notice(words) {
  if (page.notice.textContent !== words) page.notice.textContent = words;
  page.notice.hidden = words === "";
}

function failed(failure) {
  if (failure instanceof Refused) {
    askForToken();
    return;
  }
  const since = answeredAt && failure instanceof Unanswered ? ` What you see is from ${time(answeredAt)}.` : "";
  notice(failure.message + since);
  if (!shown) fill(page.main, empty("Nothing to show", "The message above says why. This page asks again by itself."));
}

function askForToken() {
  turn++;
  fill(page.main, h("form", {
    class: "card lane",
    onsubmit: (event) => {
      event.preventDefault();
      keepToken(new FormData(event.target).get("token"));
      open();
    },
  },
  h("h1", {}, "This dashboard needs a token"),
  h("p", { class: "muted" }, "Whoever started it chose the token. It is kept in this tab only."),
  h("div", { class: "finder" },
    h("input", { type: "text", name: "user", autocomplete: "username", value: "dashboard", hidden: true }),
    h("input", { type: "password", name: "token", "aria-label": "Token", autocomplete: "current-password", required: true }),
    h("button", { type: "submit" }, "Open"))));
  page.main.querySelector("input[name=token]").focus();
}

async function look() {
  if (document.hidden || page.main.querySelector("form input[name=token]")) return;
  if (!shown) {
    await open();
    return;
  }
  const mine = turn;
  try {
    const summary = await get("runs/" + part(shown.run));
    if (mine !== turn) return;
    const changed = newest === null || summary.revision !== newest.revision;
    newest = summary;
    answeredAt = Date.now();
    status();
    notice(summary.problem ? "The log cannot be read now: " + summary.problem : "");
    await shown.view.update?.(summary, changed);
  } catch (failure) {
    if (mine === turn) failed(failure);
  }
}

async function follow() {
  await look();
  setTimeout(follow, PAUSE_MILLIS);
}

document.querySelector("a.skip").addEventListener("click", (event) => {
  event.preventDefault(); // its address would be that of a run
  page.main.focus();
});
window.addEventListener("hashchange", async () => {
  await open();
  page.main.focus({ preventScroll: true });
  window.scrollTo(0, 0);
});
document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelectorAll(".menu[open]").forEach((menu) => { menu.open = false; });
});
document.addEventListener("click", (event) => {
  document.querySelectorAll(".menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
});
await open();
setTimeout(follow, PAUSE_MILLIS);
