// Builds elements. Text is always set as text, never parsed as HTML: answers of a policy may contain anything.

export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  add(element, children);
  return element;
}

function add(element, children) {
  for (const child of children) {
    if (Array.isArray(child)) add(element, child);
    else if (child !== null && child !== undefined && child !== false) element.append(child);
  }
}

// Replaces the content. The focus stays on what has the same address or name.
export function fill(element, ...children) {
  const focused = element.contains(document.activeElement) && element !== document.activeElement ? document.activeElement : null;
  element.replaceChildren();
  add(element, children);
  if (focused) {
    [...element.querySelectorAll("a, button, summary, [tabindex]")]
      .find((one) => one.tagName === focused.tagName && nameOf(one) === nameOf(focused))
      ?.focus({ preventScroll: true });
  }
}

function nameOf(element) {
  return element.getAttribute("href") ?? element.getAttribute("aria-label") ?? element.textContent;
}

export function card(title, end, ...children) {
  return h("section", { class: "card" }, title && h("header", {}, h("h2", {}, title), end), children);
}

// A group of buttons of which one is pressed.
export function segments(label, options, chosen, choose) {
  const buttons = options.map(([value, text]) =>
    h("button", {
      type: "button",
      "aria-pressed": String(value === chosen),
      onclick: () => {
        buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(options[i][0] === value)));
        choose(value);
      },
    }, text));
  return h("div", { class: "segments", role: "group", "aria-label": label }, buttons);
}

const NARROW_COLUMNS = 4; // that fit beside one another on a phone

// Columns: [heading, function of a row, "n" for numbers]. On a phone each row of a wide table is a block of named values.
export function table(columns, rows, caption) {
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    h("table", { class: columns.length > NARROW_COLUMNS && "wide" },
      h("thead", {}, h("tr", {}, columns.map(([name, , kind]) => h("th", { class: kind, scope: "col" }, name)))),
      h("tbody", {}, rows.map((row) =>
        h("tr", {}, columns.map(([name, cell, kind]) => h("td", { class: kind, "data-name": name }, h("div", {}, cell(row)))))))));
}

export function empty(title, ...words) {
  return h("div", { class: "card empty" }, h("h2", {}, title), h("p", {}, words));
}

export function facts(pairs) {
  return h("dl", { class: "facts" }, pairs
    .filter(([, value]) => value !== null && value !== undefined && value !== "")
    .map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
}
