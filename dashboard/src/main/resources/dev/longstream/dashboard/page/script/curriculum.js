// Phases, what was drawn and why, and who commanded what.

import { get, part } from "./api.js";
import { card, empty, fill, h, table } from "./dom.js";
import { fixed, href, int, percent, time } from "./format.js";

export function curriculum({ run }) {
  const element = h("div", { class: "lane" });
  return {
    element,
    async update(summary, changed = true) {
      if (!changed) return;
      const answer = await get(`runs/${part(run)}/curriculum`);
      fill(element,
        h("h1", { class: "skip" }, "Curriculum of " + run),
        answer.phases.length === 0
          ? empty("No prompt assigned yet", "The curriculum begins after the warm-up.")
          : card("Phases", null, phases(answer.phases)),
        answer.commands.length > 0 && card("Commands", h("span", { class: "muted" }, "newest first"), commands(answer.commands)),
        answer.draws.length > 0 && card("Draws", h("span", { class: "muted" }, `newest ${answer.draws.length}`), draws(run, answer.draws)));
    },
  };
}

function phases(rows) {
  return table([
    ["phase", (row) => h("b", {}, row.name || "phase " + row.index)],
    ["input tokens", (row) => row.upTo === undefined ? "–" : `${int(row.moreThan + 1)}–${int(row.upTo)}`, "n"],
    ["steps", (row) => int(row.steps) + (row.plannedSteps ? " of " + int(row.plannedSteps) : ""), "n"],
    ["groups assigned", (row) => int(row.assigned), "n"],
    ["from earlier phases", (row) => int(row.retrospective), "n"],
    ["trainable", (row) => share(row, row.trainable), "n"],
    ["all rewards equal", (row) => share(row, row.uniform), "n"],
    ["too few answers", (row) => share(row, row.incomplete), "n"],
    ["mean reward", (row) => fixed(row.meanReward), "n"],
    ["prompt tokens", (row) => int(row.promptTokens), "n"],
  ], rows, "Phases of the curriculum");
}

function share(row, count) {
  const closed = row.trainable + row.uniform + row.incomplete;
  return closed === 0 ? "–" : `${int(count)} (${percent(count / closed)})`;
}

function commands(rows) {
  return table([
    ["at", (row) => time(row.at)],
    ["command", (row) => h("b", {}, row.command.toLowerCase() + (row.phase ? " " + row.phase : ""))],
    ["who", (row) => row.who],
    ["why", (row) => row.why, "why"],
  ], [...rows].reverse(), "Commands to the run");
}

function draws(run, rows) {
  return table([
    ["ordinal", (row) => h("a", { href: href(run, "trace", "group", row.group) }, int(row.ordinal))],
    ["prompt", (row) => h("a", { href: href(run, "trace", "prompt", row.prompt) }, row.prompt)],
    ["task", (row) => row.task],
    ["phase", (row) => row.phase],
    ["tokens", (row) => int(row.inputTokens), "n"],
    ["version", (row) => h("a", { href: href(run, "trace", "version", row.admittedVersion) }, int(row.admittedVersion)), "n"],
    ["why", why, "why"],
  ], rows, "Newest draws of the curriculum");
}

function why(row) {
  const draw = row.retrospective;
  return draw
    ? `from earlier phases: mean reward ${fixed(draw.meanReward, 2)}, probability ${percent(draw.probability)} among ${int(draw.pool)}`
    : "next of the phase " + row.phase;
}
