// Date chips: the last one opens a picker with typed words, a month and a time.
const lang = document.documentElement.lang === "hu" ? "hu" : "en-GB";
const words = () => document.getElementById("words")?.dataset ?? {};
const iso = (day) => `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, "0")}-${String(day.getDate()).padStart(2, "0")}`;
const day = (text) => (/^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T12:00`) : null);

function parts(inside) {
  const line = inside.closest("[data-when]");
  return {
    line,
    picker: line.querySelector("[data-picker]"),
    radio: line.querySelector("input[type=radio][value=typed]"),
    text: line.querySelector("[data-picker-text]"),
    time: line.querySelector("[data-picker-time]"),
    said: line.querySelector("[data-picker-said]"),
    today: day(line.dataset.today) ?? new Date(),
  };
}

function open(inside) {
  const { line, picker, radio, text, today } = parts(inside);
  picker.popover = "auto";
  picker.opener = radio;
  draw(line, day(text.value) ?? today);
  picker.showPopover();
  text.focus();
}

function button(content, data = {}) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = content;
  Object.assign(made.dataset, data);
  return made;
}

// The month around `shown`, Monday first.
function draw(line, shown) {
  const { picker, text, today } = parts(line);
  const box = picker.querySelector("[data-picker-month]");
  const head = document.createElement("div");
  head.className = "picker-month";
  const back = button("‹", { month: iso(new Date(shown.getFullYear(), shown.getMonth() - 1, 1, 12)) });
  const on = button("›", { month: iso(new Date(shown.getFullYear(), shown.getMonth() + 1, 1, 12)) });
  back.ariaLabel = words().previousMonth;
  on.ariaLabel = words().nextMonth;
  for (const one of [back, on]) Object.assign(one, { className: "btn" }).dataset.kind = "ghost";
  for (const one of [back, on]) Object.assign(one.dataset, { icon: "", size: "s" });
  const name = document.createElement("b");
  name.textContent = new Intl.DateTimeFormat(lang, { year: "numeric", month: "long" }).format(shown);
  name.ariaLive = "polite";
  head.append(back, name, on);

  const grid = document.createElement("div");
  grid.className = "picker-grid";
  const weekday = new Intl.DateTimeFormat(lang, { weekday: "narrow" });
  const full = new Intl.DateTimeFormat(lang, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
  const first = new Date(shown.getFullYear(), shown.getMonth(), 1, 12);
  const before = (first.getDay() + 6) % 7;
  for (let at = 0; at < 7; at++) {
    const cell = document.createElement("span");
    cell.textContent = weekday.format(new Date(2024, 0, 1 + at));
    cell.ariaHidden = "true";
    grid.append(cell);
  }
  for (let at = 0; at < before; at++) grid.append(document.createElement("span"));
  for (const one = new Date(first); one.getMonth() === first.getMonth(); one.setDate(one.getDate() + 1)) {
    grid.append(cellOf(one, { today, picked: text.value, full }));
  }
  box.replaceChildren(head, grid);
}

function cellOf(one, { today, picked, full }) {
  const cell = button(String(one.getDate()), { day: iso(one) });
  cell.ariaLabel = full.format(one);
  cell.ariaPressed = String(iso(one) === picked);
  if (one.getDay() % 6 === 0) cell.dataset.off = "";
  if (iso(one) < iso(today)) cell.dataset.past = "";
  if (iso(one) === iso(today)) cell.dataset.today = "";
  return cell;
}

// What the chip says once a day was typed or picked.
function tell(inside) {
  const { radio, text, time } = parts(inside);
  const chip = radio.closest("label").querySelector("[data-picker-label]");
  chip.dataset.empty ??= chip.textContent;
  const picked = day(text.value);
  const shown = picked
    ? new Intl.DateTimeFormat(lang, { weekday: "short", day: "numeric", month: "short" }).format(picked)
    : text.value.trim();
  chip.textContent = [shown || chip.dataset.empty, shown && time?.value].filter(Boolean).join(" ");
  if (text.value.trim()) radio.checked = true;
}

document.addEventListener("click", (event) => {
  if (event.target.matches?.("[data-when] input[type=radio][value=typed]")) return open(event.target);
  const cell = event.target.closest?.("[data-picker-month] button");
  if (!cell) return;
  const { line, text, picker } = parts(cell);
  if (cell.dataset.month) {
    draw(line, day(cell.dataset.month));
    picker.querySelector(`[data-picker-month] .picker-month button:${cell.textContent === "‹" ? "first" : "last"}-of-type`)?.focus();
    return;
  }
  text.value = cell.dataset.day;
  text.dispatchEvent(new Event("input", { bubbles: true }));
  draw(line, day(cell.dataset.day));
  picker.querySelector(`[data-day="${cell.dataset.day}"]`)?.focus();
});

for (const event of ["input", "ui:filled"]) {
  document.addEventListener(event, ({ target }) => {
    if (target.matches?.("[data-picker-text], [data-picker-time]")) tell(target);
  });
}

const STEP = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

document.addEventListener("keydown", (event) => {
  const cell = event.target.closest?.("[data-day]");
  const by = STEP[event.key];
  if (cell && by) {
    event.preventDefault();
    const { line, picker } = parts(cell);
    const next = day(cell.dataset.day);
    next.setDate(next.getDate() + by);
    if (!picker.querySelector(`[data-day="${iso(next)}"]`)) draw(line, next);
    picker.querySelector(`[data-day="${iso(next)}"]`)?.focus();
  } else if (event.key === "Enter" && event.target.matches?.("[data-picker-text], [data-picker-time]")) {
    event.preventDefault();
    const { picker } = parts(event.target);
    if (picker.matches(":popover-open")) picker.hidePopover();
    if (!picker.hasAttribute("popover")) event.target.form?.requestSubmit();
  }
});
document.addEventListener("click", (event) => {
  const done = event.target.closest?.("[data-picker-done]");
  if (done) parts(done).picker.hidePopover();
});
