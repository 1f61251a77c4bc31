// ARIA combobox: a field whose options come from the server by its own hx-get.
const root = (element) => element?.closest?.("[data-combo]");
const field = (box) => box.querySelector("[role=combobox]");
const list = (box) => box.querySelector("[role=listbox]");
const options = (box) => [...box.querySelectorAll("[role=option]:not([aria-disabled])")];
const chosen = (box) => box.querySelector("[role=option][aria-selected=true]");
const value = (box) => box.querySelector(":scope > input[type=hidden]");
const always = (box) => box.dataset.combo === "open";

function show(box, open) {
  if (always(box)) return;
  list(box).hidden = !open;
  field(box).setAttribute("aria-expanded", String(open));
  if (!open) select(box, null);
}

function select(box, option) {
  options(box).forEach((one) => one.setAttribute("aria-selected", String(one === option)));
  const input = field(box);
  if (option) {
    option.id ||= `${list(box).id}-${options(box).indexOf(option)}`;
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else {
    input.removeAttribute("aria-activedescendant");
  }
}

function label(option) {
  if (option.dataset.text !== undefined) return option.dataset.text;
  const copy = option.cloneNode(true);
  copy.querySelectorAll("small, svg, .avatar").forEach((part) => part.remove());
  return copy.textContent.trim().replace(/\s+/g, " ");
}

function pick(box, option, { newTab = false } = {}) {
  if (option.matches("a[href]")) {
    if (newTab) window.open(option.href, "_blank", "noopener");
    else option.click();
    return;
  }
  field(box).value = label(option);
  const hidden = value(box);
  if (hidden) {
    hidden.value = option.dataset.value ?? "";
    hidden.dispatchEvent(new Event("change", { bubbles: true }));
  }
  show(box, false);
}

document.addEventListener("input", (event) => {
  const box = root(event.target);
  if (!box || event.target !== field(box)) return;
  const hidden = value(box);
  if (hidden) hidden.value = "";
});

// Fresh options: the first one is ready for Enter.
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  const box = root(detail.target);
  if (!box || detail.target !== list(box)) return;
  const active = document.activeElement === field(box);
  if (active) show(box, list(box).childElementCount > 0);
  const wanted = always(box) || field(box).value.trim() !== "";
  select(box, active && wanted ? (options(box)[0] ?? null) : null);
});

document.addEventListener("keydown", (event) => {
  const box = root(event.target);
  if (!box || event.target !== field(box) || event.isComposing) return;
  const all = options(box);
  const now = all.indexOf(chosen(box));
  const open = always(box) || !list(box).hidden;
  if ((event.key === "ArrowDown" || event.key === "ArrowUp") && all.length) {
    event.preventDefault();
    const by = event.key === "ArrowDown" ? 1 : -1;
    if (!open) show(box, true);
    select(box, all[(now + by + all.length + (now < 0 && by < 0 ? 1 : 0)) % all.length]);
  } else if (event.key === "Enter" && open && now >= 0) {
    event.preventDefault();
    pick(box, all[now], { newTab: event.ctrlKey || event.metaKey });
  } else if (event.key === "Escape" && open && !always(box)) {
    event.preventDefault();
    event.stopPropagation();
    show(box, false);
  } else if (event.key === "Tab" && open && now >= 0 && value(box) && !value(box).value && field(box).value.trim()) {
    pick(box, all[now]);
  }
});

// The list is chosen from before the field loses its focus.
document.addEventListener("pointerdown", (event) => {
  const option = event.target.closest?.("[role=option]:not([aria-disabled])");
  if (root(option) && !option.matches("a[href]")) event.preventDefault();
});
document.addEventListener("click", (event) => {
  const option = event.target.closest?.("[role=option]:not([aria-disabled])");
  const box = root(option);
  if (box && !option.matches("a[href]")) pick(box, option);
});
document.addEventListener("focusout", (event) => {
  const box = root(event.target);
  if (box && !box.contains(event.relatedTarget)) show(box, false);
});
document.addEventListener("focusin", (event) => {
  const box = root(event.target);
  if (box && event.target === field(box) && options(box).length && !value(box)?.value) show(box, true);
});
