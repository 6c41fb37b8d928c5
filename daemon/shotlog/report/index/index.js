"use strict";

const SCREENFUL = 60; /* rows that are added at a time */
const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);
const pressed = (chip) => chip.getAttribute("aria-pressed") === "true";
const press = (chip, on) => chip.setAttribute("aria-pressed", String(on));
const display = Object.fromEntries(data.states.map((state) => [state.name, state.display]));
const urgency = Object.fromEntries(data.states.map((state, at) => [state.name, at]));
const TROUBLE = new Set(["failed", "parked", "problems"]);

const rows = data.rows.map((row, at) => {
  const problems = row.problems ?? [];
  const troubled = problems.length > 0 || TROUBLE.has(row.state);
  return {
    at,
    told: row,
    problems,
    troubled,
    trouble: troubled ? ["yes"] : [],
    state: [row.state],
    kind: [row.kind],
    size: (row.sizes ?? []).map(([label]) => data.sizes[label].name),
    move: (row.moves ?? []).map(([label]) => data.moves[label].name),
    text: [row.name, row.source, row.twin, ...problems.flat()].join("\n").toLowerCase(),
    element: null,
  };
});

/* Elements. Every text is set as text, never as HTML: names come from anywhere. */

function make(tag, kind, ...parts) {
  const element = document.createElement(tag);
  if (kind) element.className = kind;
  element.append(...parts.filter((part) => part));
  return element;
}

function link(text, url) {
  const a = make("a", "", text);
  a.href = url;
  return a;
}

function picture(url) {
  const img = document.createElement("img");
  img.loading = "lazy";
  img.decoding = "async";
  img.alt = "";
  img.src = url;
  return img;
}

function bar(title, counts, labels) {
  if (!counts) return null;
  const text = counts.map(([label, count]) => `${labels[label].display} ${count}`).join(", ");
  const parts = counts.map(([label, count]) => {
    const part = make("span", labels[label].tone);
    part.style.flexGrow = count;
    part.title = `${labels[label].display}: ${count}`;
    return part;
  });
  const element = make("div", "bar", ...parts);
  element.setAttribute("role", "img");
  element.setAttribute("aria-label", `${title}: ${text}`);
  return element;
}

const several = (count, one) => (count ? `${count.toLocaleString("en")} ${one}${count === 1 ? "" : "s"}` : "");

function fault([subject, message, hint]) {
  return make("p", "", make("strong", "", make("bdi", "", subject)), `: ${message}. `, make("em", "", hint));
}

function build({ told, problems, troubled }) {
  const name = told.name || "Untitled";
  const figures = [
    several(told.shots, "shot"),
    told.seconds ? length(told.seconds) : "",
    several(told.highlights, "highlight"),
    several(told.warnings, "assumption"),
  ];
  const main = make(
    "div",
    "",
    make("h3", "", make("bdi", "", told.report ? link(name, told.report) : name)),
    make("p", "path", make("bdi", "", told.source)),
    make("p", "figures", make("span", "state", display[told.state] ?? told.state), figures.filter(Boolean).join(" · ")),
    told.twin && make("p", "path", "the same as ", make("bdi", "", told.twin)),
    make("p", "links", told.report && link("Report", told.report), told.marked && link("Marked timeline", told.marked)),
  );
  const bars = make("div", "bars", bar("Sizes", told.sizes, data.sizes), bar("Moves", told.moves, data.moves));
  const faults = problems.map(fault);
  if (told.more) faults.push(make("p", "note", `and ${told.more.toLocaleString("en")} more`));
  const list = faults.length > 0 && make("div", "faults", ...faults);
  const element = make("li", "entry", make("div", "pictures", ...(told.pictures ?? []).map(picture)), main, bars, list);
  element.classList.toggle("troubled", troubled);
  return element;
}

function length(seconds) {
  const whole = Math.round(seconds);
  const two = (number) => String(number).padStart(2, "0");
  if (Math.round(seconds * 100) < 6000) return `${seconds.toFixed(2)} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60).toLocaleString("en")} h ${two(minutes % 60)} min`;
}

/* Orders. Names are compared as people count: reel 2 before reel 10. */

const collator = new Intl.Collator("en", { numeric: true });
const byText = (key) => (a, b) => collator.compare(a.told[key] ?? "", b.told[key] ?? "") || a.at - b.at;
const byMost = (key) => (a, b) => (b.told[key] ?? 0) - (a.told[key] ?? 0) || a.at - b.at;
const ORDERS = {
  problems: (a, b) => b.troubled - a.troubled || urgency[a.told.state] - urgency[b.told.state] || a.at - b.at,
  name: byText("name"),
  source: byText("source"),
  shots: byMost("shots"),
  seconds: byMost("seconds"),
  highlights: byMost("highlights"),
};
const sorted = new Map();

function inOrder(name) {
  const known = Object.hasOwn(ORDERS, name) ? name : "problems";
  if (!sorted.has(known)) sorted.set(known, [...rows].sort(ORDERS[known]));
  return sorted.get(known);
}

/* The state is what the controls show; the address keeps a copy, so that it can be passed on. */

const form = byId("filters");
const groups = [...document.querySelectorAll("[data-filter]")].map((element) => ({
  name: element.dataset.filter,
  chips: [...element.querySelectorAll(".chip")],
}));
let shown = [];
let built = 0;

/* Rows follow when the end of the list comes near. */
const near = new IntersectionObserver((seen) => {
  if (seen.some((one) => one.isIntersecting)) extend(built + SCREENFUL);
}, { rootMargin: "1500px" });

function extend(to) {
  const next = shown.slice(built, to);
  byId("list").append(...next.map((row) => (row.element ??= build(row))));
  built += next.length;
  /* Observed anew: while the end stays near, nothing would be told of it. */
  near.unobserve(byId("end"));
  if (built < shown.length) near.observe(byId("end"));
}

function apply() {
  const words = form.q.value.toLowerCase().split(/\s+/).filter(Boolean);
  const want = groups.map(({ name, chips }) => [name, new Set(chips.filter(pressed).map((chip) => chip.value))]);
  const chosen = want.filter(([, labels]) => labels.size > 0);
  const counts = groups.map(() => new Map());
  shown = [];
  for (const row of inOrder(form.sort.value)) {
    if (!words.every((word) => row.text.includes(word))) continue;
    const failed = chosen.filter(([name, labels]) => !row[name].some((label) => labels.has(label)));
    if (failed.length === 0) shown.push(row);
    /* A chip tells what a click would show: the rows that fit all other groups. */
    groups.forEach(({ name }, at) => {
      if (failed.some(([other]) => other !== name)) return;
      for (const label of row[name]) counts[at].set(label, (counts[at].get(label) ?? 0) + 1);
    });
  }
  groups.forEach(({ chips }, at) => {
    for (const chip of chips) {
      const count = counts[at].get(chip.value) ?? 0;
      chip.querySelector(".count").textContent = count.toLocaleString("en");
      chip.classList.toggle("none", count === 0);
    }
  });
  const sum = (key) => shown.reduce((all, row) => all + (row.told.state === "duplicate" ? 0 : (row.told[key] ?? 0)), 0);
  byId("count").textContent = shown.length.toLocaleString("en");
  byId("shots").textContent = several(sum("shots"), "shot") || "no shots";
  byId("time").textContent = length(sum("seconds"));
  byId("nothing").hidden = shown.length > 0;
  byId("list").replaceChildren();
  built = 0;
  extend(SCREENFUL);
  const address = toAddress();
  byId("clear").disabled = address === "";
  history.replaceState(null, "", address ? `#${address}` : location.pathname + location.search);
}

function toAddress() {
  const address = new URLSearchParams();
  for (const { name, chips } of groups) {
    for (const chip of chips.filter(pressed)) address.append(name, chip.value);
  }
  if (form.q.value) address.set("q", form.q.value);
  if (form.sort.value !== "problems") address.set("sort", form.sort.value);
  return address.toString();
}

function fromAddress() {
  const address = new URLSearchParams(location.hash.slice(1));
  for (const { name, chips } of groups) {
    const labels = address.getAll(name);
    for (const chip of chips) press(chip, labels.includes(chip.value));
  }
  form.q.value = address.get("q") ?? "";
  const order = address.get("sort") ?? "";
  form.sort.value = Object.hasOwn(ORDERS, order) ? order : "problems";
  apply();
}

function clear() {
  for (const { chips } of groups) for (const chip of chips) press(chip, false);
  form.q.value = "";
  form.sort.value = "problems";
  apply();
}

function toggleFacets() {
  const facets = byId("facets");
  facets.hidden = !facets.hidden;
  byId("more").setAttribute("aria-expanded", String(!facets.hidden));
}

/* Light and dark. */

const theme = byId("theme");
const prefersDark = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (document.documentElement.dataset.theme ?? (prefersDark.matches ? "dark" : "")) === "dark";
const showTheme = () => press(theme, isDark());

function toggleTheme() {
  document.documentElement.dataset.theme = isDark() ? "light" : "dark";
  showTheme();
}

const keys = { "/": () => form?.q.focus(), f: () => form && toggleFacets(), c: () => form && clear(), t: toggleTheme };

document.addEventListener("keydown", (event) => {
  const field = event.target.closest("input, select");
  if (event.key === "Escape" && field) field.blur();
  if (field || event.ctrlKey || event.metaKey || event.altKey) return;
  if (Object.hasOwn(keys, event.key)) {
    event.preventDefault();
    keys[event.key]();
  }
});
theme.addEventListener("click", toggleTheme);
prefersDark.addEventListener("change", showTheme);
document.querySelector(".tools").hidden = false;
showTheme();

if (form) {
  for (const { chips } of groups) {
    for (const chip of chips) {
      chip.addEventListener("click", () => {
        press(chip, !pressed(chip));
        apply();
      });
    }
  }
  form.q.addEventListener("input", apply);
  form.sort.addEventListener("change", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    clear();
  });
  byId("all").addEventListener("click", clear);
  byId("more").addEventListener("click", toggleFacets);
  addEventListener("hashchange", () => {
    if (location.hash === "" || location.hash.includes("=")) fromAddress();
  });
  addEventListener("beforeprint", () => extend(shown.length));
  form.hidden = false;
  if (innerWidth <= 600) toggleFacets();
  fromAddress();
}
