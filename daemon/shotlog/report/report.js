"use strict";

const SEARCHED = ".clip, .badges, .tc, .reason";
const cards = [...document.querySelectorAll(".card")].map((element) => ({
  element,
  number: Number(element.id.slice("shot-".length)),
  kind: element.dataset.kind.split("|"),
  size: element.dataset.size.split("|"),
  move: element.dataset.move.split("|"),
  faces: [element.dataset.faces],
  seconds: Number(element.dataset.seconds),
  text: [...element.querySelectorAll(SEARCHED)].map((part) => part.textContent).join(" ").toLowerCase(),
}));
const blocks = new Map(
  [...document.querySelectorAll("[data-block]")].map((a) => [Number(a.dataset.block), a]),
);
const form = document.getElementById("filters");
const groups = [...form.querySelectorAll("[data-filter]")].map((element) => ({
  name: element.dataset.filter,
  single: "single" in element.dataset,
  chips: [...element.querySelectorAll(".chip")],
}));
const byId = (id) => document.getElementById(id);
const pressed = (chip) => chip.getAttribute("aria-pressed") === "true";
const press = (chip, on) => chip.setAttribute("aria-pressed", String(on));

/* The state is what the controls show; the address keeps a copy, so that it can be passed on. */

function wanted() {
  const labels = groups.map((g) => [g.name, g.chips.filter(pressed).map((chip) => chip.value)]);
  const bound = (name, open) => (form[name].value === "" ? open : Number(form[name].value));
  return {
    labels: Object.fromEntries(labels),
    min: bound("min", 0),
    max: bound("max", Infinity),
    words: form.q.value.toLowerCase().split(/\s+/).filter(Boolean),
  };
}

function fits(card, want, except) {
  return (
    card.seconds >= want.min &&
    card.seconds <= want.max &&
    want.words.every((word) => card.text.includes(word)) &&
    groups.every(
      ({ name }) =>
        name === except ||
        want.labels[name].length === 0 ||
        want.labels[name].some((label) => card[name].includes(label)),
    )
  );
}

function apply() {
  const want = wanted();
  let count = 0;
  let seconds = 0;
  for (const card of cards) {
    const shown = fits(card, want);
    card.element.hidden = !shown;
    blocks.get(card.number)?.classList.toggle("off", !shown);
    count += shown;
    seconds += shown ? card.seconds : 0;
  }
  for (const { name, chips } of groups) {
    const others = cards.filter((card) => fits(card, want, name));
    for (const chip of chips) {
      const here = others.filter((card) => card[name].includes(chip.value)).length;
      chip.querySelector(".count").textContent = here;
      chip.classList.toggle("none", here === 0);
    }
  }
  byId("count").textContent = count;
  byId("time").textContent = length(seconds);
  const nothing = byId("nothing");
  if (nothing) nothing.hidden = count > 0;
  const address = toAddress();
  byId("clear").disabled = address === "";
  history.replaceState(null, "", address ? `#${address}` : location.pathname + location.search);
}

function length(seconds) {
  if (seconds < 60) return `${seconds.toFixed(2)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}

function toAddress() {
  const address = new URLSearchParams();
  for (const { name, chips } of groups) {
    for (const chip of chips.filter(pressed)) address.append(name, chip.value);
  }
  for (const name of ["min", "max", "q"]) {
    if (form[name].value) address.set(name, form[name].value);
  }
  return address.toString();
}

function fromAddress() {
  const address = new URLSearchParams(location.hash.slice(1));
  for (const { name, chips } of groups) {
    const labels = address.getAll(name);
    for (const chip of chips) press(chip, labels.includes(chip.value));
  }
  for (const name of ["min", "max", "q"]) form[name].value = address.get(name) ?? "";
  apply();
}

function clear() {
  for (const { chips } of groups) for (const chip of chips) press(chip, false);
  for (const name of ["min", "max", "q"]) form[name].value = "";
  apply();
}

/* Going from shot to shot. One card is in the tab order, the others are reached by keys. */

let here = null;

function go(card) {
  if (!card) return;
  for (const other of cards) other.element.tabIndex = -1;
  if (here) blocks.get(here.number)?.classList.remove("here");
  here = card;
  card.element.tabIndex = 0;
  blocks.get(card.number)?.classList.add("here");
  card.element.focus({ preventScroll: true });
  card.element.scrollIntoView({ block: "center" });
}

function step(by) {
  const shown = cards.filter((card) => !card.element.hidden);
  const at = shown.indexOf(here);
  go(at < 0 ? shown[by > 0 ? 0 : shown.length - 1] : shown[at + by]);
}

function reveal(number) {
  const card = cards.find((one) => one.number === number);
  if (card?.element.hidden) clear();
  go(card);
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

function toggleFacets() {
  const facets = byId("facets");
  facets.hidden = !facets.hidden;
  byId("more").setAttribute("aria-expanded", String(!facets.hidden));
  if (!facets.hidden) facets.querySelector("button, input")?.focus();
}

const help = byId("help");
/* Up and down scroll the page, unless a shot has the focus: then they go by rows. */
function stepRow(by) {
  const shown = cards.filter((card) => !card.element.hidden);
  const top = shown[0].element.offsetTop;
  const columns = shown.findIndex((card) => card.element.offsetTop > top);
  step(by * (columns < 0 ? 1 : columns));
}

const rowKeys = { ArrowDown: () => stepRow(1), ArrowUp: () => stepRow(-1) };
const keys = {
  "/": () => form.q.focus(),
  "?": () => help.showModal(),
  f: toggleFacets,
  c: clear,
  t: toggleTheme,
  j: () => step(1),
  k: () => step(-1),
  ArrowRight: () => step(1),
  ArrowLeft: () => step(-1),
};

function toggleWhy(element) {
  const why = element.querySelector("details");
  if (why) why.open = !why.open;
}

function onKey(event) {
  const field = event.target.closest("input");
  if (event.key === "Escape" && field) field.blur();
  if (field || help.open || event.ctrlKey || event.metaKey || event.altKey) return;
  const onCard = event.target.matches(".card");
  const known = onCard ? { ...keys, ...rowKeys, Enter: () => toggleWhy(event.target) } : keys;
  if (Object.hasOwn(known, event.key)) {
    event.preventDefault();
    known[event.key]();
  }
}

document.addEventListener("keydown", onKey);
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#shot-"]');
  if (link) {
    event.preventDefault();
    reveal(Number(link.getAttribute("href").slice("#shot-".length)));
  } else if (event.target.closest("[data-clear]")) {
    clear();
  }
});
for (const { single, chips } of groups) {
  for (const chip of chips) {
    chip.addEventListener("click", () => {
      const on = !pressed(chip);
      if (single) for (const other of chips) press(other, false);
      press(chip, on);
      apply();
    });
  }
}
form.addEventListener("input", apply);
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("reset", (event) => {
  event.preventDefault();
  clear();
});
byId("more").addEventListener("click", toggleFacets);
byId("keys").addEventListener("click", keys["?"]);
theme.addEventListener("click", toggleTheme);
prefersDark.addEventListener("change", showTheme);
addEventListener("hashchange", () => {
  if (location.hash === "" || location.hash.includes("=")) fromAddress();
});

document.querySelector(".tools").hidden = false;
form.hidden = false;
showTheme();
if (innerWidth <= 600) toggleFacets();
const asked = /^#shot-(\d+)$/.exec(location.hash);
fromAddress();
if (asked) reveal(Number(asked[1]));
