// The state of a run on one screen: figures, pipeline, reward, ledger.

import { get, part } from "./api.js";
import { Chart, evaluated } from "./charts.js";
import { card, fill, h, table } from "./dom.js";
import { ago, duration, fixed, href, int, num, percent, time } from "./format.js";

const RECENT_STEPS = 10; // whose mean the server gives
const FATES = [
  ["trained", "trained", 1],
  ["filtered", "filtered: no difference in reward", 8],
  ["inFlight", "in flight", 3],
  ["failed", "failed", 7],
  ["duplicate", "duplicate", 5],
  ["stale", "stale", 2],
];

export function overview({ run, summary }) {
  const figures = h("dl", { class: "stats" });
  const pipeline = h("div", {});
  const ledger = card("Ledger", null, h("p", { class: "muted", role: "status" }, "Auditing the log …"));
  const pick = (version) => { location.hash = href(run, "trace", "step", Math.max(1, version)); };
  const reward = new Chart("Reward", "mean", { zero: true, pick });
  const length = new Chart("Answer length", "tokens", { zero: true, pick });
  let drawn = -1;
  let auditedAt = 0;

  async function drawCurves() {
    const answer = await get(`runs/${part(run)}/curves?revision=${drawn}`);
    if (answer.unchanged) return;
    drawn = answer.revision;
    const all = answer.parts[0]?.columns ?? { version: [], reward: [], responseLength: [] };
    for (const [chart, figure] of [[reward, "reward"], [length, "responseLength"]]) {
      chart.set([
        { label: "sampled", x: all.version, y: all[figure], index: 0 },
        { label: "held-out", ...evaluated(answer.evaluations, figure), index: 1 },
      ]);
    }
  }

  async function drawLedger() {
    const answer = await get(`runs/${part(run)}/ledger`);
    if (answer.problem) {
      fill(ledger, h("header", {}, h("h2", {}, "Ledger")), h("p", { class: "more" }, "The log cannot be audited: " + answer.problem));
    } else if (answer.ledger && answer.at !== auditedAt) {
      auditedAt = answer.at;
      fill(ledger, ledgerContent(answer));
    }
  }

  return {
    element: h("div", { class: "lane" }, h("h1", { class: "skip" }, "Overview of " + run), figures, pipeline,
      h("div", { class: "grid two" }, reward.element, length.element), ledger),
    async update(now, changed = true) {
      fill(figures, stats(now));
      fill(pipeline, stages(now));
      if (changed) await drawCurves();
      await drawLedger();
    },
  };
}

function stat(name, value, small, note, extra) {
  return h("div", { class: "stat" }, h("dt", {}, name),
    h("dd", {}, value, small && h("small", {}, " " + small), extra), note && h("dd", { class: "note" }, note));
}

function stats(now) {
  const left = now.totalSteps > 0 && now.secondsPerStep ? (now.totalSteps - now.version) * now.secondsPerStep : null;
  const bar = h("i", {});
  bar.style.width = now.totalSteps > 0 ? (100 * now.version) / now.totalSteps + "%" : "0";
  return [
    stat("Policy version", int(now.version), now.totalSteps ? "of " + int(now.totalSteps) : null, null,
      now.totalSteps ? h("span", { class: "progress" }, bar) : null),
    stat("Phase", now.phase ?? "–"),
    stat("Held-out reward", now.heldOut ? fixed(now.heldOut.reward) : "–", now.heldOut ? "± " + fixed(now.heldOut.standardError) : null,
      now.heldOut?.label),
    stat("Reward in training", now.reward === undefined ? "–" : fixed(now.reward), null, now.version > 1 ? `mean of the last ${Math.min(RECENT_STEPS, now.version)} steps` : null),
    stat("Answer length", num(now.responseLength), "tokens"),
    stat("Staleness", now.staleness === undefined ? "–" : fixed(now.staleness, 2), now.maxStaleness === null ? null : "at most " + now.maxStaleness, "gradient steps"),
    stat("Time of a step", duration(now.secondsPerStep), null, left > 0 ? duration(left) + " left" : null),
    stat("Dead letters", now.deadLetters === 0 ? "0" : h("span", { class: "more" }, int(now.deadLetters)), null,
      now.deadLetters ? "longstream dead-letters says why" : null),
  ];
}

function stages(now) {
  const over = now.state === "finished";
  const due = over || now.state === "preparing" ? "" : now.pipeline.due.split(":")[0];
  return card("Pipeline", null,
    h("ol", { class: "pipeline" }, now.pipeline.stages.map((stage) =>
      h("li", { class: "stage" + (stage.name === due ? " due" : "") },
        h("b", {}, stage.name),
        h("div", { class: "count" }, int(stage.count)),
        h("div", { class: "unit" }, stage.unit),
        h("div", { class: "recent" }, stageFacts(stage, now, over).map((words) => h("div", {}, words)))))),
    h("p", { class: "waits" }, now.state === "preparing"
      ? "Being prepared: questions, the first evaluation and the warm-up come before the first assignment."
      : over ? `Finished: ${int(now.version)} steps, the last record was written at ${time(now.lastRecordAt)}.`
      : [h("b", {}, now.state === "paused" ? "Paused. " : "Waits for "), now.pipeline.due]));
}

function stageFacts(stage, now, over) {
  const words = [];
  if (!over) words.push(`${int(stage.perMinute)} in the last minute`);
  if (stage.lag > 0) words.push(`${int(stage.lag)} offsets behind`);
  if (stage.waiting > 0) words.push(`${int(stage.waiting)} ${stage.name === "batching" ? "groups" : "batches"} waiting`);
  if (stage.rejected > 0) words.push(`${int(stage.rejected)} rejected`);
  if (!over && stage.lastAt) words.push("last " + ago(stage.lastAt, now.now));
  return words;
}

function ledgerContent({ ledger, at }) {
  const total = Math.max(1, ledger.generated);
  return [
    h("header", {}, h("h2", {}, "Ledger"),
      h("span", { class: "pill " + (ledger.closes ? "good" : "bad") }, ledger.closes ? "closes" : "does not close"),
      h("span", { class: "muted" }, "audited " + time(at))),
    h("div", { class: "lane" },
      h("div", { class: "shares", role: "img", "aria-label": FATES.map(([key, name]) => `${name} ${percent(ledger[key] / total)}`).join(", ") },
        FATES.map(([key, , index]) => {
          const share = h("i", { class: "c" + index });
          share.style.width = (100 * ledger[key]) / total + "%";
          return ledger[key] > 0 && share;
        })),
      table([
        ["", (row) => row.index ? [h("i", { class: "swatch block c" + row.index }), " ", row.name] : h("b", {}, row.name)],
        ["answers", (row) => int(ledger[row.key]), "n"],
        ["share", (row) => percent(ledger[row.key] / total), "n"],
        ["tokens", (row) => int(ledger.tokens[row.key]), "n"],
      ], [{ key: "generated", name: "generated" }, ...FATES.map(([key, name, index]) => ({ key, name, index }))], "Ledger of the run"),
      ledger.contradictions.map((words) => h("p", { class: "more" }, words)),
      ledger.notes.map((words) => h("p", { class: "muted" }, words))),
  ];
}
