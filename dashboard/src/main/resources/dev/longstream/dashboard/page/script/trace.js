// From a step to its batch, groups, answers, versions and prompts, and back: each record links to those beside it.

import { get, part } from "./api.js";
import { answer } from "./answer.js";
import { card, empty, facts, fill, h, table } from "./dom.js";
import { bytes, fixed, href, int, num, percent, signed, time } from "./format.js";

const KINDS = {
  step: ["Step", "12", step],
  group: ["Group", "gen-17@42", group],
  answer: ["Answer", "gen-17@42#3", answer],
  prompt: ["Prompt", "gen-17", prompt],
  version: ["Version", "12", version],
  document: ["Document", "64 hexadecimal digits", documentView],
};

export function trace({ run, rest, summary }) {
  const [kind, id] = KINDS[rest[0]] && rest[1] !== undefined ? rest : ["step", null];
  const body = h("div", { class: "lane" });
  const element = h("div", { class: "lane" }, finder(run, kind, id), body);
  let loaded = false;

  async function update() {
    if (loaded) return;
    if (id === null && summary.version === 0) {
      fill(body, empty("No step yet", "The first gradient step appears here once it is done. A group or a prompt can be found above before."));
      return;
    }
    loaded = true;
    fill(body, h("div", { class: "card empty", role: "status" }, "Reading the log …"));
    try {
      const shown = id ?? String(summary.version);
      const found = await get(`runs/${part(run)}/${kind}/${part(shown)}`);
      fill(body, KINDS[kind][2](run, found, { summary, id: shown }), missing(found));
    } catch (failure) {
      fill(body, empty("Not found", failure.message));
    }
  }

  return { element, update };
}

function finder(run, kind, id) {
  const input = h("input", { name: "id", "aria-label": "Id", required: true, spellcheck: "false", autocapitalize: "off", placeholder: KINDS[kind][1], value: id ?? "" });
  const select = h("select", {
    name: "kind", "aria-label": "Kind of record",
    onchange: (event) => { input.placeholder = KINDS[event.target.value][1]; },
  }, Object.entries(KINDS).map(([name, [text]]) => h("option", { value: name, selected: name === kind }, text)));
  return h("form", {
    class: "card finder",
    onsubmit: (event) => {
      event.preventDefault();
      location.hash = href(run, "trace", select.value, input.value.trim());
    },
  }, select, input, h("button", { type: "submit" }, "Trace"));
}

function missing(found) {
  return found.missing?.length > 0 && card("Not on the log", null, h("ul", {}, found.missing.map((words) => h("li", {}, words))));
}

export function to(run, kind, id, ...children) {
  return h("a", { href: href(run, "trace", kind, id) }, children.length > 0 ? children : String(id));
}

export function place(at) {
  return at ? h("span", { class: "muted mono" }, `${at.topic} ${at.partition}:${at.offset}`) : null;
}

export function crumbs(...links) {
  return h("nav", { "aria-label": "Lineage" }, h("ol", { class: "crumbs" }, links.filter(Boolean).map((link) => h("li", {}, link))));
}

// Rewards of a group's answers, each a link; colours tell the sign of the advantage.
export function answers(run, group, current) {
  return h("span", { class: "answers" }, group.members.map((member) => {
    const gain = member.trainedAdvantage ?? member.advantage;
    const index = member.id.slice(member.id.lastIndexOf("#") + 1);
    return h("a", {
      href: href(run, "trace", "answer", member.id),
      class: gain > 0 ? "up" : gain < 0 ? "down" : null,
      "aria-current": member.id === current ? "true" : null,
      "aria-label": `answer ${index}, reward ${num(member.reward)}, advantage ${signed(gain)}`,
      title: `#${index}: reward ${num(member.reward)}, advantage ${signed(gain)}, ${int(member.completionTokens)} tokens`,
    }, member.reward === null ? member.outcome.toLowerCase().replaceAll("_", " ") : num(member.reward, 2));
  }));
}

function update(made) {
  return facts([
    ["loss", num(made.loss)], ["reward", fixed(made.reward)], ["entropy", num(made.entropy) + " nats"],
    ["KL to the reference", made.klToInitial === null ? null : num(made.klToInitial) + " nats"],
    ["staleness", fixed(made.stalenessMean, 2) + " gradient steps, mean over tokens"],
    ["clipped tokens", percent(made.clipFraction)], ["gradient norm", num(made.gradientNorm)],
    ["finished", time(made.finishedAt)], ["record", place(made.place)],
  ]);
}

function step(run, found, { summary }) {
  const groups = found.batch?.groups ?? [];
  const samplers = [...new Set(groups.flatMap((one) => one.members.flatMap((m) => [m.versions.oldest, m.versions.newest])))].sort((a, b) => a - b);
  return [
    h("div", { class: "head" }, h("h1", {}, "Step " + found.version),
      h("span", { class: "row end" },
        found.version > 1 && to(run, "step", found.version - 1, "‹ " + (found.version - 1)),
        found.version < summary.version && to(run, "step", found.version + 1, (found.version + 1) + " ›"))),
    h("div", { class: "grid two" },
      card("What it did", null, update(found.update)),
      card("Where it stands", null, facts([
        ["changes version", to(run, "version", found.before.version)],
        ["makes version", to(run, "version", found.after.version)],
        ["its tokens were sampled by", h("ul", { class: "chips" }, samplers.map((one) => h("li", {}, to(run, "version", one))))],
        ["batch", found.batch && `${found.batch.number}: ${found.batch.groupIds.length} groups, ${int(found.batch.completionTokens)} answer tokens`],
        ["phase", found.batch?.phase],
        ["of run", found.run === run ? null : found.run],
        ["manifest", place(found.batch?.place)],
      ]))),
    card("Groups", h("span", { class: "muted" }, "rewards of the answers; green: pushed up, red: pushed down"), groupTable(run, groups)),
  ];
}

function groupTable(run, groups) {
  return table([
    ["group", (one) => to(run, "group", one.id)],
    ["task", (one) => one.task],
    ["prompt tokens", (one) => int(one.inputTokens), "n"],
    ["mean", (one) => fixed(one.scale.meanReward, 2), "n"],
    ["deviation", (one) => fixed(one.scale.deviation, 2), "n"],
    ["answers", (one) => answers(run, one)],
  ], groups, "Groups of the batch");
}

const STATES = {
  OPEN: "open", REJECTED: "rejected", WAITING: "waits for a batch", BATCHED: "in a batch", TRAINED: "trained", REMOVED: "removed from the log",
};

export function pathFacts(run, path) {
  return [
    ["state", [STATES[path.state] ?? path.state, path.reason && path.reason !== STATES[path.state] ? h("span", { class: "muted" }, " – " + path.reason) : ""]],
    ["phase", path.phase],
    ["admitted", path.admittedVersion === null ? null : ["at version ", to(run, "version", path.admittedVersion), ", " + time(path.admittedAt)]],
    ["batch", path.batch],
    ["step", path.version === null ? null : to(run, "step", path.version)],
  ];
}

// With `short`, the question and the accepted answers alone; `own` on the page of the prompt itself.
export function promptCard(run, found, { text, short, own } = {}) {
  if (!found) return null;
  return card("Prompt", own ? null : to(run, "prompt", found.id),
    h("div", { class: "lane" },
      facts([
        ["question", found.question], ["accepted answers", found.golds.join(" · ")],
        ...(short ? [] : more(run, found)),
      ]),
      text && h("details", { class: "fold" }, h("summary", {}, `As the policy read it, ${int(found.inputTokens)} tokens`),
        h("div", { class: "text prompt", tabindex: "0", role: "region", "aria-label": "Prompt" }, text))));
}

function more(run, found) {
  return [
    ["tokens", int(found.inputTokens)], ["split", found.split], ["source", found.source],
    ...Object.entries(found.attributes ?? {}),
    ["documents", found.documents.length === 0 ? null : h("ul", { class: "chips" }, found.documents.map((one) =>
      h("li", {}, to(run, "document", one.digest, one.title || one.digest.slice(0, 12)))))],
    ["record", place(found.place)],
  ];
}

function group(run, found) {
  const own = found.group;
  return [
    crumbs(to(run, "prompt", found.prompt?.id ?? found.path.groupId.slice(0, found.path.groupId.lastIndexOf("@"))),
      h("b", {}, found.path.groupId), found.path.version !== null && to(run, "step", found.path.version, "step " + found.path.version)),
    h("h1", {}, "Group " + found.path.groupId),
    h("div", { class: "grid two" },
      card("Its way", null, facts([
        ...pathFacts(run, found.path),
        ["sampled by", found.sampledBy.length === 0 ? null : h("ul", { class: "chips" }, found.sampledBy.map((one) => h("li", {}, to(run, "version", one.version))))],
        ["mean reward", own && fixed(own.scale.meanReward)],
        ["deviation", own && fixed(own.scale.deviation)],
        ["batch shifts by", own?.scale.shift === null ? null : num(own?.scale.shift)],
        ["batch divides by", own?.scale.divisor === null ? null : num(own?.scale.divisor)],
        ["record", place(own?.place)],
      ])),
      promptCard(run, found.prompt)),
    card("Answers", null, answerTable(run, found)),
  ];
}

function answerTable(run, found) {
  const members = new Map((found.group?.members ?? []).map((member) => [member.id, member]));
  return table([
    ["answer", (one) => to(run, "answer", one.id, one.id.slice(one.id.lastIndexOf("#")))],
    ["reward", (one) => num(one.score?.reward ?? null), "n"],
    ["advantage", (one) => signed(members.get(one.id)?.trainedAdvantage ?? members.get(one.id)?.advantage), "n"],
    ["tokens", (one) => int(one.tokens.count), "n"],
    ["extracted", (one) => one.score?.parts.find((each) => each.extracted !== null)?.extracted ?? "–"],
    ["text", (one) => h("span", { class: "mono" }, one.text.length > 240 ? one.text.slice(0, 240) + " …" : one.text), "why"],
  ], found.answers, "Answers of the group");
}

function prompt(run, found) {
  return [
    h("h1", {}, "Prompt " + found.prompt.id),
    promptCard(run, found.prompt, { own: true }),
    card("Attempts", h("span", { class: "muted" }, int(found.paths.length)), found.paths.length === 0
      ? h("p", { class: "muted" }, "It has not been assigned.")
      : table([
        ["group", (path) => to(run, "group", path.groupId)],
        ["phase", (path) => path.phase ?? "–"],
        ["admitted at version", (path) => path.admittedVersion === null ? "–" : to(run, "version", path.admittedVersion), "n"],
        ["at", (path) => time(path.admittedAt)],
        ["state", (path) => STATES[path.state] ?? path.state],
        ["step", (path) => path.version === null ? "–" : to(run, "step", path.version), "n"],
        ["why", (path) => path.reason === STATES[path.state] ? "–" : path.reason, "why"],
      ], found.paths, "Assignments of the prompt")),
  ];
}

function version(run, found, { summary }) {
  const own = found.version;
  const shown = found.answers.slice(0, 300);
  return [
    h("div", { class: "head" }, h("h1", {}, "Version " + own.version),
      h("span", { class: "row end" },
        own.version > 0 && to(run, "version", own.version - 1, "‹ " + (own.version - 1)),
        own.version < summary.version && to(run, "version", own.version + 1, (own.version + 1) + " ›"))),
    h("div", { class: "grid two" },
      card("The weights", null, facts([
        ["made by", found.madeBy ? to(run, "step", own.version, "step " + own.version) : "reinforcement learning begins with it"],
        ["folder", own.uri], ["digest", own.digest && h("code", {}, own.digest)], ["announced", time(own.announcedAt)], ["record", place(own.place)],
      ])),
      card("Evaluations", null, found.evaluations.length === 0 ? h("p", { class: "muted" }, "None.") : table([
        ["label", (one) => one.label], ["set", (one) => one.set], ["questions", (one) => int(one.questions), "n"],
        ["reward", (one) => `${fixed(one.reward)} ± ${fixed(one.standardError)}`, "n"],
      ], found.evaluations, "Evaluations of the version"))),
    card("Answers that it sampled", h("span", { class: "muted" }, shown.length < found.answers.length ? `the first ${shown.length} of ${int(found.answers.length)}` : int(shown.length)),
      table([
        ["answer", (one) => to(run, "answer", one.id)],
        ["its tokens", (one) => `${int(one.tokens)} of ${int(one.completionTokens)}`, "n"],
        ["reward", (one) => num(one.reward), "n"],
      ], shown, "Answers with tokens of this version")),
  ];
}

function documentView(run, found) {
  const own = found.document;
  return [
    h("h1", {}, "Document " + (own.title || own.digest.slice(0, 12))),
    card("The text", null, facts([
      ["digest", h("code", {}, own.digest)], ["length", bytes(own.bytes)], ["file", own.uri], ["record", place(own.place)],
      ["begins with", own.beginning],
    ])),
    card("Prompts that use it", null, table([
      ["prompt", (one) => to(run, "prompt", one.id)], ["split", (one) => one.split], ["position", (one) => int(one.position + 1), "n"], ["record", (one) => place(one.place)],
    ], found.prompts, "Prompts of the document")),
  ];
}
