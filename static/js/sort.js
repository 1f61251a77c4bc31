// Lists that are put into order by hand: `<ol data-sort data-sort-url>` with items `data-id`.
// Dragging by the `.grip`; Alt and the arrows on whatever has the focus inside an item. With
// `data-sort-tree` the items are groups that hold `<ol data-sort>` of their own, and the whole
// tree goes in one request: `order=1:3,4|2:5`. Otherwise `ids=3,4,5`. A refusal puts all back.
const WAIT = 250;
const LINE = "ed-drop";
let drag = null;
let waiting = null;

const rootOf = (list) => list.closest("[data-sort-tree]") ?? list;
const itemsOf = (list) => [...list.children].filter((one) => one.matches("[data-id]"));
const listOf = (item) => item.parentElement.closest("[data-sort]");
const innerOf = (item) => item.querySelector("[data-sort]");
const lists = (root) => (root.matches("[data-sort-tree]") ? [...root.querySelectorAll("[data-sort]")] : [root]);

function remember(root) {
  return [...new Set([root, ...lists(root)])].map((list) => [list, itemsOf(list)]);
}

function putBack(order) {
  for (const [list, items] of order) list.append(...items);
}

function values(root) {
  const ids = (list) => itemsOf(list).map((one) => one.dataset.id).join(",");
  if (!root.matches("[data-sort-tree]")) return { ids: ids(root) };
  return { order: itemsOf(root).map((one) => `${one.dataset.id}:${ids(innerOf(one))}`).join("|") };
}

// Several presses of a key in a row are one request; what stood before the first comes back if
// the server doesn't take it.
function send(root, before) {
  if (waiting && waiting.root === root) clearTimeout(waiting.timer);
  else waiting = { root, before };
  const mine = waiting;
  mine.timer = setTimeout(() => {
    waiting = null;
    const undo = () => putBack(mine.before);
    root.addEventListener("htmx:responseError", undo, { once: true });
    root.addEventListener("htmx:sendError", undo, { once: true });
    htmx
      .ajax("POST", root.dataset.sortUrl, { source: root, swap: "none", values: values(root) })
      .finally(() => {
        root.removeEventListener("htmx:responseError", undo);
        root.removeEventListener("htmx:sendError", undo);
      });
  }, WAIT);
}

function say(item) {
  const list = listOf(item);
  const group = list.closest("[data-id]")?.dataset.name ?? "";
  const { sortSaid, sortSaidIn } = rootOf(list).dataset;
  const text = group ? sortSaidIn : sortSaid;
  if (!text) return;
  let region = document.getElementById("sort-said");
  if (!region) {
    region = Object.assign(document.createElement("p"), { id: "sort-said", className: "sr" });
    region.setAttribute("role", "status");
    document.body.append(region);
  }
  const all = itemsOf(list);
  const words = { name: item.dataset.name ?? "", place: all.indexOf(item) + 1, all: all.length, group };
  region.textContent = text.replace(/\{(\w+)\}/g, (_all, word) => words[word] ?? "");
}

function step(item, by) {
  const list = listOf(item);
  const all = itemsOf(list);
  const next = all[all.indexOf(item) + by];
  if (next) return by < 0 ? next.before(item) : next.after(item);
  const outer = list.closest("[data-id]");
  const over = outer && itemsOf(listOf(outer))[itemsOf(listOf(outer)).indexOf(outer) + by];
  if (over) innerOf(over)[by < 0 ? "append" : "prepend"](item);
}

document.addEventListener("keydown", (event) => {
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!by || !event.altKey || event.ctrlKey || event.metaKey) return;
  const item = event.target.closest?.("[data-sort] > [data-id]");
  if (!item || event.target.matches("input, textarea, select")) return;
  event.preventDefault();
  const root = rootOf(listOf(item));
  const before = remember(root);
  const focused = document.activeElement;
  step(item, by);
  focused.focus({ preventScroll: true });
  item.scrollIntoView({ block: "nearest" });
  say(item);
  send(root, before);
});

// ---- Dragging -------------------------------------------------------------------------------

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest?.("[data-sort] .grip");
  if (!grip || event.button !== 0) return;
  const item = grip.closest("[data-id]");
  const root = rootOf(listOf(item));
  event.preventDefault();
  drag = { item, root, before: remember(root), line: null, y: event.clientY };
  grip.setPointerCapture(event.pointerId);
});

document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  if (!drag.line) begin();
  drag.item.style.setProperty("--drag-y", `${event.clientY - drag.y}px`);
  place(event.clientY);
});

for (const end of ["pointerup", "pointercancel"]) {
  document.addEventListener(end, () => {
    if (!drag) return;
    const { item, root, before, line } = drag;
    drag = null;
    if (!line) return;
    if (end === "pointerup") line.replaceWith(item);
    else line.remove();
    item.removeAttribute("data-drag");
    item.style.removeProperty("--drag-y");
    if (before.every(([list, items]) => sameItems(list, items))) return;
    say(item);
    send(root, before);
  });
}

function sameItems(list, items) {
  const now = itemsOf(list);
  return now.length === items.length && now.every((one, i) => one === items[i]);
}

function begin() {
  drag.line = Object.assign(document.createElement("li"), { className: LINE });
  drag.line.setAttribute("aria-hidden", "true");
  drag.item.dataset.drag = "";
  drag.item.before(drag.line);
}

// The line shows where it would stand: in the list under the pointer, by the items' middles.
function place(y) {
  const isGroup = innerOf(drag.item) !== null;
  const open = isGroup ? [drag.root] : lists(drag.root).filter((one) => !one.matches("[data-sort-tree]"));
  const list = nearest(open, y);
  const next = itemsOf(list).find((one) => one !== drag.item && y < middle(one));
  if (next) next.before(drag.line);
  else list.append(drag.line);
}

function nearest(found, y) {
  const far = (list) => {
    const box = list.getBoundingClientRect();
    return Math.max(box.top - y, y - box.bottom, 0);
  };
  return found.reduce((best, one) => (far(one) < far(best) ? one : best));
}

function middle(item) {
  const box = item.getBoundingClientRect();
  return box.top + box.height / 2;
}

// ---- Lists that are looked through ------------------------------------------------------------

// `<input data-filter="id">` hides what in #id has `data-words` without the typed ones.
document.addEventListener("input", ({ target }) => {
  const list = target.matches?.("[data-filter]") && document.getElementById(target.dataset.filter);
  if (!list) return;
  const fold = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
  const wanted = fold(target.value).trim();
  for (const one of list.querySelectorAll("[data-words]")) {
    one.hidden = wanted !== "" && !fold(one.dataset.words).includes(wanted);
  }
});
