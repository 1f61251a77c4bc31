// J and K walk the rows of a list; the active row's actions have keys of their own (keys.js).
let active = "";
let place = 0;

const rows = () => [...document.querySelectorAll(".row")].filter((row) => row.checkVisibility());
const current = () => document.querySelector(".row[data-active]");

function activate(row, { focus = true } = {}) {
  const before = current();
  if (before && before !== row) before.removeAttribute("data-active");
  if (!row) return;
  const fresh = before !== row;
  row.dataset.active = "";
  active = row.id;
  place = rows().indexOf(row);
  if (focus) {
    row.querySelector(".row-name")?.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }
  if (fresh) row.dispatchEvent(new CustomEvent("active", { bubbles: true }));
}

function step(by) {
  const list = rows();
  if (!list.length) return;
  const now = list.indexOf(current());
  activate(list[Math.max(0, Math.min(list.length - 1, now < 0 ? 0 : now + by))]);
}

const BY = { j: 1, k: -1, arrowdown: 1, arrowup: -1 };

document.addEventListener("keydown", (event) => {
  const key = event.key.toLowerCase();
  const by = BY[key];
  if (!by || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
  if (document.querySelector("dialog:modal, .menu:popover-open")) return;
  const inRow = event.target.closest?.(".row");
  const field = event.target.matches?.("input, textarea, select, [contenteditable]");
  const letter = key.length === 1;
  if (field || (letter && document.documentElement.dataset.letters === "off") || (!letter && !inRow)) return;
  if (!rows().length) return;
  event.preventDefault();
  step(by);
});

document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.(".row");
  if (row && row !== current()) activate(row, { focus: false });
});

// A row that was swapped stays the active one; when it moved away, the next in its place is.
document.addEventListener("htmx:afterSettle", () => {
  if (!active || current()) return;
  const list = rows();
  const same = document.getElementById(active);
  const next = same?.matches(".row") ? same : list[Math.min(place, list.length - 1)];
  if (!next) return;
  const lost = !document.activeElement || document.activeElement === document.body;
  activate(next, { focus: lost && !document.querySelector("dialog:modal, .menu:popover-open") });
});
