// Figures over policy versions: several runs over one another, by phase or by input length.

import { get, part } from "./api.js";
import { Chart, evaluated, smooth } from "./charts.js";
import { fill, h, segments } from "./dom.js";
import { href } from "./format.js";

// [title, unit, column, where: "parts" of sampled and trained answers, or "steps", options]
const CHARTS = [
  ["Reward of everything sampled", "mean", "reward", "parts", { zero: true, heldOut: true }],
  ["Answer length", "tokens", "responseLength", "parts", { zero: true }],
  ["Entropy", "nats per token", "entropy", "parts", { zero: true }],
  ["KL to the reference policy", "nats per token", "klToInitial", "parts", { zero: true }],
  ["Groups always solved", "share", "solved", "parts", { zero: true }],
  ["Groups never solved", "share", "failed", "parts", { zero: true }],
  ["Loss", "", "loss", "steps", {}],
  ["Gradient norm", "before clipping", "gradientNorm", "steps", { zero: true }],
  ["Staleness", "gradient steps", "stalenessMean", "steps", { zero: true, also: ["stalenessMax", "largest"] }],
  ["Time of a step", "seconds", "seconds", "steps", { zero: true, also: ["waitSeconds", "of it waiting"] }],
  ["Clipped tokens", "share", "clipFraction", "steps", { zero: true }],
  ["Truncated answers", "share", "truncatedFraction", "steps", { zero: true }],
  ["Mismatch of sampling and training", "nats per token", "mismatchKl", "steps", { zero: true }],
  ["Learning rate", "", "learningRate", "steps", { zero: true }],
];

let by = "run";
let width = 1;

export function curves({ run, others }) {
  const runs = [run, ...others];
  const pick = (version) => { location.hash = href(run, "trace", "step", Math.max(1, version)); };
  const charts = CHARTS.map(([title, unit, , , options]) => new Chart(title, unit, { ...options, pick }));
  const legend = h("ul", { class: "legend", "aria-label": "Curves" });
  const hidden = new Set();
  const data = new Map(); // answer by run
  const element = h("div", { class: "lane" },
    h("h1", { class: "skip" }, "Curves of " + runs.join(", ")),
    h("div", { class: "card row" },
      segments("Division into curves", [["run", "Whole run"], ["phase", "By phase"], ["length", "By input length"]], by, (chosen) => {
        by = chosen;
        data.clear();
        hidden.clear();
        update();
      }),
      segments("Smoothing", [[1, "Raw"], [5, "Mean of 5"], [15, "Mean of 15"]], width, (chosen) => {
        width = chosen;
        draw();
      }),
      legend,
      h("p", { class: "muted" }, "Click a point, or press Enter on it, to trace its step. Drag to zoom, double-click to zoom out.")),
    h("div", { class: "grid" }, charts.map((chart) => chart.element)));

  function draw() {
    const parts = [];
    for (const name of runs) {
      const answer = data.get(name);
      answer?.parts.forEach((one) => parts.push({ answer, run: name, label: label(name, one.part), ...one }));
    }
    const wholes = runs.map((name) => ({ answer: data.get(name), label: label(name, "") })).filter((one) => one.answer);
    fill(legend, (by === "run" ? wholes : parts).map((one, index) => h("li", {}, h("button", {
      type: "button",
      "aria-pressed": String(!hidden.has(one.label)),
      onclick: () => {
        if (!hidden.delete(one.label)) hidden.add(one.label);
        draw();
      },
    }, h("i", { class: "c" + ((index % 10) + 1) }), one.label))));
    CHARTS.forEach(([, , column, where, options], i) => {
      const series = [];
      if (where === "parts") {
        parts.forEach((one, index) => series.push({
          label: one.label, x: one.columns.version, y: smooth(one.columns[column], width), index,
        }));
        if (options.heldOut) wholes.forEach((one, index) => series.push(heldOut(one, by === "run" ? index : 7)));
      } else {
        wholes.forEach((one, index) => {
          const steps = one.answer.steps;
          series.push({ label: one.label, x: steps.version, y: smooth(steps[column], width), index });
          if (options.also) {
            series.push({ label: one.label + ", " + options.also[1], x: steps.version, y: steps[options.also[0]], index, dash: [4, 3] });
          }
        });
      }
      charts[i].set(series, hidden);
    });
  }

  function label(name, piece) {
    return runs.length === 1 ? piece || name : piece ? `${name}: ${piece}` : name;
  }

  async function update(summary, changed = true) {
    let news = false;
    for (const name of runs) {
      if (name === run && !changed && data.has(name)) continue;
      const known = data.get(name);
      const after = known?.steps.version.at(-1);
      const answer = await get(`runs/${part(name)}/curves?by=${by}&revision=${known?.revision ?? -1}${after === undefined ? "" : "&after=" + after}`);
      if (answer.unchanged) continue;
      if (known) answer.steps = append(known.steps, answer.steps);
      data.set(name, answer);
      news = true;
    }
    if (news) draw();
  }

  return { element, update };
}

function heldOut(one, index) {
  return { label: one.label + ", held-out", ...evaluated(one.answer.evaluations, "reward"), index, dash: [2, 4] };
}

function append(before, after) {
  return Object.fromEntries(Object.keys(after).map((name) => [name, before[name].concat(after[name])]));
}
