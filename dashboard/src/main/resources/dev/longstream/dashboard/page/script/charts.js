// Line charts on uPlot: colours of the page, a cursor shared by all charts, and the values under it in words.

import uPlot from "../lib/uplot.js";
import { fill, h } from "./dom.js";
import { num } from "./format.js";

const SYNC = uPlot.sync("steps");
const open = new Set();
const WIDTHS = new ResizeObserver((entries) => entries.forEach(({ target, contentRect }) => {
  for (const chart of open) {
    if (chart.plot === target && chart.chart && Math.round(contentRect.width) !== chart.chart.width) chart.draw();
  }
}));

function colour(index) {
  return getComputedStyle(document.documentElement).getPropertyValue("--s" + ((index % 10) + 1)).trim();
}

function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

// Joins curves of different x into columns over all x: [xs, ys of the first, …].
function join(curves) {
  const xs = [...new Set(curves.flatMap((curve) => curve.x))].sort((a, b) => a - b);
  const at = new Map(xs.map((x, i) => [x, i]));
  return [xs, ...curves.map((curve) => {
    const ys = new Array(xs.length).fill(undefined);
    curve.x.forEach((x, i) => { ys[at.get(x)] = curve.y[i]; });
    return ys;
  })];
}

// Points of a curve: a figure of the evaluations, by policy version; without those of weights before the warm-up.
export function evaluated(evaluations, figure) {
  const points = evaluations.filter((one) => one.version >= 0).sort((a, b) => a.version - b.version);
  return { x: points.map((one) => one.version), y: points.map((one) => one[figure]), points: true };
}

// Mean over the last `width` points.
export function smooth(ys, width) {
  if (width <= 1) return ys;
  const window = [];
  return ys.map((y) => {
    if (y === null || y === undefined) return y;
    window.push(y);
    if (window.length > width) window.shift();
    return window.reduce((sum, value) => sum + value, 0) / window.length;
  });
}

// Series: {label, x, y, index of its colour, dash, points, steps}. Options: `shift` is added to an x where it is put into words.
export class Chart {
  constructor(title, unit, options = {}) {
    this.title = title;
    this.unit = unit;
    this.options = { whole: !options.alone, ...options };
    this.read = h("span", { class: "read" });
    this.plot = h("div", { class: "plot", tabindex: "0", role: "img", "aria-label": title });
    this.element = h("section", { class: "card chart" },
      h("header", {}, h("h3", {}, title), h("span", { class: "muted" }, unit)), this.read, this.plot);
    this.plot.addEventListener("keydown", (event) => this.key(event));
    this.plot.addEventListener("click", () => this.pick());
    open.add(this);
    WIDTHS.observe(this.plot);
  }

  set(series, hidden = new Set()) {
    this.series = series.filter((one) => one.y.some((y) => y !== null && y !== undefined));
    this.hidden = hidden;
    this.data = join(this.series);
    this.draw();
  }

  draw() {
    if (!this.series || !this.plot.isConnected) return;
    const width = Math.round(this.plot.clientWidth);
    if (width === 0) return;
    const zoom = this.zoom();
    this.chart?.destroy();
    this.chart = null;
    this.plot.replaceChildren();
    this.describe();
    if (this.series.length === 0) {
      this.plot.append(h("p", { class: "empty" }, "Nothing measured yet."));
      return;
    }
    const axis = {
      stroke: token("--muted"),
      font: "11px system-ui, sans-serif",
      grid: { stroke: token("--grid"), width: 1 },
      ticks: { show: false },
      gap: 4,
    };
    this.chart = new uPlot({
      width,
      height: this.plot.clientHeight,
      padding: [8, 8, 0, 0],
      cursor: { sync: this.options.alone ? undefined : { key: SYNC.key }, drag: { x: true, y: false }, points: { size: 6 } },
      scales: { x: { time: false }, y: { range: (u, low, high) => range(low, high, this.options.zero) } },
      axes: [
        { ...axis, size: 22, ...(this.options.whole ? { incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000] } : {}), label: this.options.x ?? "policy version", labelSize: 16, labelGap: 2, labelFont: axis.font, space: 60 },
        { ...axis, size: 46, space: 34, values: (u, splits) => splits.map((y) => num(y)) },
      ],
      series: [{}, ...this.series.map((one) => ({
        label: one.label,
        stroke: colour(one.index),
        width: 1.6,
        dash: one.dash,
        show: !this.hidden.has(one.label),
        spanGaps: true,
        fill: one.fill ? colour(one.index) + "26" : undefined,
        paths: one.steps ? uPlot.paths.stepped({ align: 1 }) : undefined,
        points: { show: one.points ?? one.x.length === 1, size: 6, fill: one.points ? colour(one.index) : token("--surface") },
      }))],
      hooks: { setCursor: [(u) => this.show(u.cursor.idx)] },
    }, this.data, this.plot);
    if (zoom) this.chart.setScale("x", zoom);
    this.show(null);
  }

  // The range that was dragged out, which news must not undo.
  zoom() {
    const x = this.chart?.scales.x;
    const xs = this.chart?.data[0];
    return x && xs.length > 1 && (x.min > xs[0] || x.max < xs[xs.length - 1]) ? { min: x.min, max: x.max } : null;
  }

  // Hands the version under the cursor on, unless the click ends the dragging out of a range.
  pick() {
    const index = this.chart?.cursor.idx;
    if (this.options.pick && index !== null && index !== undefined && this.chart.select.width === 0) {
      this.options.pick(this.data[0][index]);
    }
  }

  // Says what is drawn to those who do not see it.
  describe() {
    const words = this.series.map((one) => {
      const ys = one.y.filter((y) => y !== null && y !== undefined);
      return `${one.label} from ${num(ys[0])} to ${num(ys[ys.length - 1])}, between ${num(Math.min(...ys))} and ${num(Math.max(...ys))}`;
    });
    this.plot.setAttribute("aria-label", `${this.title}${this.unit ? " in " + this.unit : ""}: ${words.join("; ") || "nothing yet"}`);
  }

  show(index) {
    const at = index === null || index === undefined ? null : index;
    const keyOnly = at === null && this.options.alone;
    const values = this.series
      .map((one, i) => [one, at === null ? last(one.y) : near(this.data[i + 1], at)])
      .filter(([one, value]) => value !== undefined && value !== null && !this.hidden.has(one.label))
      .map(([one, value]) => h("span", {}, h("i", { class: `swatch c${(one.index % 10) + 1}${one.dash ? " dashed" : ""}` }),
        keyOnly ? one.label : `${one.label} ${num(value, 4)}`));
    const where = keyOnly ? "" : at === null ? "newest:" : `${this.options.x ?? "version"} ${num(this.data[0][at] + (this.options.shift ?? 0), 6)}:`;
    fill(this.read, where && h("span", {}, where), values);
  }

  key(event) {
    if (event.key === "Enter") this.pick();
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step || !this.chart) return;
    event.preventDefault();
    const from = this.chart.cursor.idx ?? (step > 0 ? -1 : this.data[0].length);
    const index = Math.max(0, Math.min(this.data[0].length - 1, from + step));
    this.chart.setCursor({ left: this.chart.valToPos(this.data[0][index], "x"), top: 10 });
  }
}

function near(ys, index) {
  for (let i = index; i >= 0 && i > index - 12; i--) {
    if (ys[i] !== undefined && ys[i] !== null) return ys[i];
  }
  return null;
}

function last(ys) {
  return near(ys, ys.length - 1);
}

function range(low, high, zero) {
  if (low === null || high === null) return [0, 1];
  if (zero) low = Math.min(0, low);
  if (low === high) {
    const pad = Math.abs(low) * 0.1 || 1;
    return [zero && low >= 0 ? 0 : low - pad, high + pad];
  }
  const pad = 0.06 * (high - low);
  return [zero && low === 0 ? 0 : low - pad, high + pad];
}

// Charts of a view that was left are forgotten.
export function redraw() {
  for (const chart of open) {
    if (chart.plot.isConnected) chart.draw();
    else {
      chart.chart?.destroy();
      WIDTHS.unobserve(chart.plot);
      open.delete(chart);
    }
  }
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
