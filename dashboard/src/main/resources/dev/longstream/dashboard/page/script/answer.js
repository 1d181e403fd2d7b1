// A reader of one answer: its tokens in colours, its reward with reasons, the judge's words.

import { card, facts, fill, h, segments, table } from "./dom.js";
import { fixed, int, num, signed, time } from "./format.js";
import { answers, crumbs, pathFacts, place, promptCard, to } from "./trace.js";

let mode = "logprob";

const MODES = [["version", "Version"], ["logprob", "Log-probability"], ["ratio", "Ratio π/μ"], ["advantage", "Advantage"], ["none", "Plain"]];

export function answer(run, found) {
  const tokens = tokensOf(found);
  const gain = found.member?.trainedAdvantage ?? found.member?.advantage ?? null;
  const text = h("div", { class: "text", tabindex: "0", role: "region", "aria-label": "Tokens of the answer; arrow keys move from token to token" });
  const key = h("div", { class: "key" });
  const readout = h("div", { class: "readout", role: "status" }, "Point at a token, or use the arrow keys.");
  let at = -1;

  function draw() {
    fill(text, tokens.map((token, index) => h("t-k", {
      class: colour(token, gain),
      "data-i": index,
      "data-special": /^<.*>$|^\[.*\]$/.test(token.text) || null,
    }, token.text)));
    fill(key, legend(tokens, gain));
  }

  function show(index) {
    text.querySelector(".at")?.classList.remove("at");
    at = Math.max(0, Math.min(tokens.length - 1, index));
    const element = text.children[at];
    if (!element) return;
    element.classList.add("at");
    const token = tokens[at];
    readout.textContent = `token ${at + 1} of ${tokens.length} · id ${token.id} · log μ ${fixed(token.mu)} · log π ${fixed(token.pi)} · π/μ ${num(token.ratio)} · version ${token.version}`
      + (gain === null ? "" : ` · advantage ${signed(gain)}`);
  }

  text.addEventListener("pointerover", (event) => {
    const index = event.target.dataset?.i;
    if (index !== undefined) show(Number(index));
  });
  text.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    show(at + step);
    text.children[at]?.scrollIntoView({ block: "nearest" });
  });
  draw();

  return [
    crumbs(found.prompt && to(run, "prompt", found.prompt.id), to(run, "group", found.path.groupId), h("b", {}, found.answer.id.slice(found.answer.id.lastIndexOf("#"))),
      found.path.version !== null && to(run, "step", found.path.version, "step " + found.path.version)),
    h("div", { class: "head" }, h("h1", {}, "Answer " + found.answer.id), found.group && h("span", { class: "end" }, answers(run, found.group, found.answer.id))),
    promptCard(run, found.prompt, { text: found.promptText, short: true }),
    card("Answer", h("span", { class: "muted" }, `${int(tokens.length)} tokens, ${found.answer.outcome.toLowerCase().replaceAll("_", " ")}`),
      h("div", { class: "lane" },
        h("div", { class: "row" }, segments("Colours of the tokens", MODES, mode, (chosen) => {
          mode = chosen;
          draw();
        }), key),
        h("div", {}, text, readout),
        found.texts ? null : h("p", { class: "muted" }, "Tokens are shown as ids, because no model of this run is on this host. The text is: ", found.answer.text))),
    h("div", { class: "grid two" },
      card("Reward", null, rewards(found)),
      card("Its way", null, facts([
        ...pathFacts(run, found.path),
        ["advantage", gain === null ? null : signed(gain, 3)],
        ["sampled by", h("ul", { class: "chips" }, found.answer.tokens.spans.map((span) => h("li", {}, to(run, "version", span.version), h("span", { class: "muted" }, ` ${int(span.tokens)} tokens`))))],
        ["in run", found.answer.run === run ? null : found.answer.run],
        ["worker", found.answer.worker],
        ["weights", h("code", {}, found.answer.weightsDigest.slice(0, 16))],
        ["record", place(found.answer.place)],
      ]))),
  ];
}

function tokensOf(found) {
  const { ids, behaviourLogProbs, policyLogProbs } = found.sampled;
  const versions = found.answer.tokens.spans.flatMap((span) => new Array(span.tokens).fill(span.version));
  return ids.map((id, i) => ({
    id,
    text: found.texts ? found.texts[i] : id + " ",
    mu: behaviourLogProbs[i] ?? null,
    pi: policyLogProbs[i] ?? null,
    ratio: policyLogProbs[i] === undefined || behaviourLogProbs[i] === undefined ? null : Math.exp(policyLogProbs[i] - behaviourLogProbs[i]),
    version: versions[i],
  }));
}

function level(value, bounds) {
  return bounds.filter((bound) => value >= bound).length;
}

const SURPRISE = [0.1, 0.7, 1.6, 3];
const CHANGE = [0.01, 0.1, 0.3, 1];
const GAIN = [0.01, 0.3, 0.8, 1.5];

function colour(token, gain) {
  if (mode === "version") return "v" + ((token.version % 6) + 1);
  if (mode === "logprob") return token.mu === null ? null : "heat" + level(-token.mu, SURPRISE);
  if (mode === "ratio") return token.ratio === null ? null : shade(Math.log(token.ratio), CHANGE);
  if (mode === "advantage") return gain === null ? null : shade(gain, GAIN);
  return null;
}

// Above 0 cool, below 0 hot, near 0 none.
function shade(value, bounds) {
  const size = level(Math.abs(value), bounds);
  return size === 0 ? null : (value > 0 ? "cool" : "heat") + size;
}

function legend(tokens, gain) {
  const mark = (name, words) => h("span", {}, h("i", { class: name }), words);
  if (mode === "version") return [...new Set(tokens.map((token) => token.version))].map((one) => mark("v" + ((one % 6) + 1), "version " + one));
  if (mode === "logprob") {
    return ["over 90%", "over 50%", "over 20%", "over 5%", "less"].map((words, i) => mark("heat" + i, words)).concat(h("span", {}, "probability under μ"));
  }
  if (mode === "ratio") return [mark("heat3", "π below μ"), mark("heat0", "equal"), mark("cool3", "π above μ"), h("span", {}, "at sampling: temperature, top-k and top-p change μ")];
  if (mode === "advantage") return gain === null ? [h("span", {}, "no advantage")] : [mark("cool3", "pushed up"), mark("heat3", "pushed down"), h("span", {}, "the same for all tokens: " + signed(gain, 3))];
  return [];
}

function rewards(found) {
  const score = found.answer.score;
  if (!score) return h("p", { class: "muted" }, "Not scored yet.");
  const judge = score.verdict;
  return h("div", { class: "lane" },
    table([
      ["part", (one) => one.name],
      ["value", (one) => num(one.value), "n"],
      ["extracted", (one) => one.extracted === null ? h("span", { class: "muted" }, "nothing") : h("span", { class: "mono" }, one.extracted)],
      ["reason", (one) => one.reason, "why"],
    ], score.parts, "Parts of the reward"),
    h("p", {}, h("b", {}, "Reward " + num(score.reward)), found.member?.lengthPenalty ? `, length penalty ${signed(found.member.lengthPenalty)}` : "",
      score.promoted ? `, by the shadow ${score.promoted.shadow}` + (score.promoted.who ? `, promoted by ${score.promoted.who}: ${score.promoted.why}` : "") : ""),
    judge && h("div", {}, h("h3", {}, `The judge: ${judge.score === null ? "no verdict" : judge.score === 1 ? "equivalent" : "not equivalent"}`),
      h("p", { class: "muted" }, `${judge.judge}, ${time(judge.answeredAt)}`),
      h("div", { class: "judge" }, judge.failure ?? judge.words)),
    h("p", {}, place(score.place)));
}
