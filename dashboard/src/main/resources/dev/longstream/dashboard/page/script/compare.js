// What two runs differ in: configuration, results, curves.

import { get, part } from "./api.js";
import { Chart } from "./charts.js";
import { card, empty, facts, fill, h, table } from "./dom.js";
import { duration, fixed, int, num, signed } from "./format.js";
import { to } from "./trace.js";

const CHARTS = [
  ["Reward of everything sampled", "mean", "reward", { zero: true }],
  ["Answer length", "tokens", "responseLength", { zero: true }],
  ["Entropy", "nats per token", "entropy", { zero: true }],
  ["KL to the reference policy", "nats per token", "klToInitial", { zero: true }],
];

export function compare({ run, others }) {
  const other = [...others][0];
  if (!other) {
    return { element: empty("Choose a second run", "Tick it under “Compare with” beside the run's name. The list holds every run of the same broker.") };
  }
  const charts = CHARTS.map(([title, unit, , options]) => new Chart(title, unit, options));
  const results = card("Results", null);
  const settings = card("Configuration", h("span", { class: "muted" }, `${run} → ${other}`), h("p", { class: "muted" }, "Comparing …"));
  const records = card("Records", null, h("p", { class: "muted", role: "status" }, "Reading both logs …"));

  async function update(summary) {
    const [a, b] = await Promise.all([run, other].map((name) => get(`runs/${part(name)}/curves`)));
    const theirs = await get("runs/" + part(other));
    CHARTS.forEach(([, , column], i) => charts[i].set([[run, a], [other, b]].map(([label, answer], index) => ({
      label, index, x: answer.parts[0]?.columns.version ?? [], y: answer.parts[0]?.columns[column] ?? [],
    }))));
    fill(results, h("header", {}, h("h2", {}, "Results")), table([
      ["", (row) => row[0]], [run, (row) => row[3](row[1]), "n"], [other, (row) => row[3](row[2]), "n"],
      ["difference", (row) => row[1] === null || row[2] === null ? "–" : row[4](row[2] - row[1]), "n"],
    ], rows(summary, theirs, a, b), "Results of both runs"));
  }

  async function drawRecords() {
    const answer = await get(`compare/${part(run)}/${part(other)}`);
    fill(settings, h("header", {}, h("h2", {}, "Configuration"), h("span", { class: "muted" }, `${run} → ${other}`)),
      !answer.known ? h("p", { class: "muted" }, "The folder of a run, which holds its configuration, is not on this host.")
        : answer.settings.length === 0 ? h("p", { class: "muted" }, "No key that decides the result differs.")
          : h("ul", { class: "lines" }, answer.settings.map((words) => h("li", { class: "mono" }, words))));
    if (answer.problem) fill(records, h("header", {}, h("h2", {}, "Records")), h("p", { class: "more" }, answer.problem));
    else if (answer.records) fill(records, recordsContent(run, other, answer.records));
  }

  return {
    element: h("div", { class: "lane" }, h("h1", {}, `${run} beside ${other}`),
      h("div", { class: "grid two" }, results, h("div", { class: "lane" }, settings, records)), h("div", { class: "grid two" }, charts.map((chart) => chart.element))),
    async update(summary, changed = true) {
      if (changed) await update(summary);
      await drawRecords();
    },
  };
}

function mean(values) {
  const known = (values ?? []).filter((value) => value !== null && value !== undefined);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

// Rows: [name, value of one run, value of the other, format, format of the difference].
function rows(mine, theirs, a, b) {
  const difference = (value) => signed(value, 3);
  const tenth = (answer, column) => {
    const ys = answer.parts[0]?.columns[column] ?? [];
    return mean(ys.slice(-Math.max(1, Math.ceil(ys.length / 10))));
  };
  const labels = [...new Set([...a.evaluations, ...b.evaluations].map((one) => one.label))];
  const heldOut = (answer, label) => answer.evaluations.find((one) => one.label === label)?.reward ?? null;
  return [
    ["gradient steps", mine.version, theirs.version, int, (value) => signed(value, 0)],
    ...labels.map((label) => ["held-out reward, " + label, heldOut(a, label), heldOut(b, label), fixed, difference]),
    ["reward of what was sampled, last tenth", tenth(a, "reward"), tenth(b, "reward"), fixed, difference],
    ["answer length, last tenth (tokens)", tenth(a, "responseLength"), tenth(b, "responseLength"), (value) => num(value), (value) => signed(value, 1)],
    ["entropy, last tenth (nats)", tenth(a, "entropy"), tenth(b, "entropy"), (value) => num(value), difference],
    ["groups never solved, last tenth", tenth(a, "failed"), tenth(b, "failed"), fixed, difference],
    ["time of a step", mean(a.steps.seconds), mean(b.steps.seconds), duration, (value) => signed(value, 2) + " s"],
  ];
}

// What a replay changed, or in what two runs differ.
function recordsContent(run, other, found) {
  const { scores, groups, advantages, batches, steps } = found;
  return [
    h("header", {}, h("h2", {}, "Records"), h("span", { class: "muted" }, found.sameAnswers ? "the same answers" : "each run sampled its own answers")),
    h("div", { class: "lane" },
      facts([
        ["rewards", `${int(scores.compared)} answers scored in both: ${int(scores.raised)} raised, ${int(scores.lowered)} lowered; mean ${fixed(scores.meanReward)} → ${fixed(scores.otherMeanReward)}`],
        ["groups", `${int(groups.compared)} complete in both: ${int(groups.keptHere)} kept only in ${run}, ${int(groups.keptThere)} only in ${other}`],
        ["advantages", `${int(advantages.compared)} compared: ${int(advantages.changed)} differ, ${int(advantages.turned)} change their sign`],
        ["batches", `${int(batches.here)} and ${int(batches.there)}, ${int(batches.same)} the same` + (batches.firstDifferent === null ? "" : `; the first that differs is ${batches.firstDifferent}`)],
        ["steps", stepWords(steps)],
      ]),
      scores.examples.length > 0 && table([
        ["answer", (one) => to(run, "answer", one.answer)], [run, (one) => num(one.reward), "n"], [other, (one) => num(one.otherReward), "n"],
      ], scores.examples, "Some answers whose reward differs"),
      found.notes.map((words) => h("p", { class: "muted" }, words))),
  ];
}

function stepWords(steps) {
  const same = `${int(steps.here)} and ${int(steps.there)}, after ${int(steps.sameWeights)} the same weights`;
  return steps.firstDifferent === null ? same : `${same}; they differ from version ${steps.firstDifferent} on`;
}
