// How reward, length and staleness of the answers are spread: the first tenth of a run beside the last, or versions of choice.

import { get, part } from "./api.js";
import { Chart } from "./charts.js";
import { h } from "./dom.js";

const KINDS = [
  ["reward", "Reward", "share of the answers", "reward of an answer"],
  ["length", "Answer length", "share of the answers", "tokens"],
  ["staleness", "Staleness of trained answers", "share of the answers", "gradient steps"],
];
const HALF = 0.5; // a bin of one whole number is drawn around it

export function distributions({ run, others, summary }) {
  const runs = [run, ...others];
  const charts = KINDS.map(([kind, title, unit, x]) => new Chart(title, unit, {
    zero: true, x, alone: true, whole: x !== "reward of an answer", shift: shift(kind),
  }));
  const tenth = Math.max(0, Math.floor(summary.version / 10) - 1);
  const ranges = [[0, tenth], [Math.max(0, summary.version - 1 - tenth), summary.version]];
  let chosen = false;

  function field(range, end, text) {
    return h("label", { class: "field" }, text, h("input", {
      type: "number", min: 0, value: range[end],
      onchange: (event) => {
        range[end] = Number(event.target.value);
        chosen = true;
        update();
      },
    }));
  }

  async function update(now, changed = true) {
    if (!changed) return;
    const series = KINDS.map(() => []);
    let index = 0;
    for (const name of runs) {
      for (const [from, to] of ranges) {
        const answer = await get(`runs/${part(name)}/distributions?from=${from}&to=${to}`);
        KINDS.forEach(([kind], i) => series[i].push(steps(answer[kind], shift(kind), `${runs.length > 1 ? name + ", " : ""}versions ${from}–${to}`, index)));
        index++;
      }
      charts.forEach((chart, i) => chart.set(series[i])); // the next run's log may take seconds to be read
    }
  }

  return {
    element: h("div", { class: "lane" },
      h("h1", { class: "skip" }, "Distributions of " + runs.join(", ")),
      h("div", { class: "card row" },
        ranges.map((range, i) => h("div", { class: "row", role: "group", "aria-label": i === 0 ? "First versions" : "Second versions" },
          runs.length === 1 && h("i", { class: "swatch c" + (i + 1) }), field(range, 0, i === 0 ? "Versions" : "beside"), field(range, 1, "to"))),
        h("p", { class: "muted" }, "Policy versions that sampled the answers; for staleness, versions that were trained on them.")),
      h("div", { class: "grid" }, charts.map((chart) => chart.element))),
    update: (now, changed) => chosen && changed === undefined ? Promise.resolve() : update(now, changed),
  };
}

function shift(kind) {
  return kind === "staleness" ? HALF : 0;
}

// A histogram as a line of steps: shares of the answers by bin, each bin drawn `left` further left.
function steps(bins, left, label, index) {
  const total = bins.reduce((sum, [, , count]) => sum + count, 0);
  const x = [];
  const y = [];
  bins.forEach(([from, to, count], i) => {
    if (i === 0 || bins[i - 1][1] !== from) {
      x.push(i === 0 ? from : bins[i - 1][1]);
      y.push(0);
    }
    if (x.at(-1) === from) y[y.length - 1] = count / total;
    else {
      x.push(from);
      y.push(count / total);
    }
    if (i === bins.length - 1) {
      x.push(to);
      y.push(0);
    }
  });
  return { label, x: x.map((edge) => edge - left), y, index, steps: true, fill: true, points: false };
}
