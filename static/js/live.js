// Elements with `data-live` ask the server now and then whether a colleague changed them.
// What changed is put in by itself, but never under the user's hands: then a button offers it.
const EVERY = 20;
const LONGEST = 300;
const PATIENCE = 6000;
const STILL = 1500;
const state = new WeakMap();
let moved = 0;
let over = null;

document.addEventListener("pointermove", (event) => {
  moved = performance.now();
  over = event.target;
}, { passive: true });

// Parts of the element may say what it shows by now: inputs with `data-live-says`.
const said = (element) =>
  [...element.querySelectorAll("[data-live-says]")].map((input) => [input.dataset.liveSays, input.value]);
const seconds = (element) => Number(element.dataset.liveEvery) || EVERY;
const now = () => performance.now();

function of(element) {
  if (!state.has(element)) state.set(element, { next: now() + seconds(element) * 1000, wait: seconds(element) });
  return state.get(element);
}

// In use: being typed into, chosen from, or just about to be clicked.
function busy(element) {
  if (document.querySelector("dialog:modal, .menu:popover-open")) return true;
  if (element.querySelector(".htmx-request, [aria-busy=true]") || element.matches(".htmx-request")) return true;
  if (element.contains(document.activeElement)) return true;
  if (over?.isConnected && element.contains(over) && now() - moved < STILL) return true;
  if (element.contains(getSelection()?.anchorNode ?? null) && !getSelection().isCollapsed) return true;
  return [...element.querySelectorAll("input:not([type=hidden], [type=radio], [type=checkbox]), textarea")].some(
    (control) => control.value !== control.defaultValue,
  );
}

async function ask(element) {
  const one = of(element);
  one.asking = true;
  const url = new URL(element.dataset.live, location.href);
  if (element.dataset.liveVersion) url.searchParams.set("version", element.dataset.liveVersion);
  const says = said(element);
  for (const [name, value] of says) url.searchParams.set(name, value);
  const rows = element.querySelectorAll(".row").length;
  if (rows) url.searchParams.set("rows", rows);
  try {
    const answer = await fetch(url, {
      headers: { "HX-Request": "true", "HX-Target": element.id, "HX-Current-URL": location.href },
      credentials: "same-origin",
    });
    if (answer.redirected || answer.status >= 400) throw new Error(String(answer.status));
    one.wait = seconds(element);
    const elsewhere = answer.headers.get("HX-Location") ?? answer.headers.get("HX-Redirect");
    if (elsewhere) {
      location.assign(elsewhere.startsWith("{") ? JSON.parse(elsewhere).path : elsewhere);
    } else if (answer.status === 200) {
      one.html = await answer.text();
      one.says = String(says);
      one.since = now();
    }
  } catch {
    one.wait = Math.min(one.wait * 2, LONGEST);
  }
  one.asking = false;
  one.next = now() + one.wait * 1000;
}

function put(element) {
  const { html } = of(element);
  document.querySelectorAll(`.stale[data-for="${CSS.escape(element.id)}"]`).forEach((button) => button.remove());
  state.delete(element);
  htmx.swap(element, html, { swapStyle: "outerHTML", swapDelay: 0, settleDelay: 0 });
}

function offer(element) {
  if (document.querySelector(`.stale[data-for="${CSS.escape(element.id)}"]`)) return;
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "btn stale" });
  button.dataset.for = element.id;
  button.textContent = document.getElementById("words")?.dataset.stale ?? "";
  button.addEventListener("click", () => put(document.getElementById(button.dataset.for)));
  element.before(button);
}

function look() {
  if (document.visibilityState !== "visible") return;
  for (const element of document.querySelectorAll("[data-live]")) {
    const one = of(element);
    if (one.html !== undefined) {
      if (!busy(element)) put(element);
      else if (now() - one.since > PATIENCE) offer(element);
    } else if (!one.asking && now() >= one.next && navigator.onLine) {
      ask(element);
    }
  }
}

setInterval(look, 1000);
// What one did oneself brought fresh content: the question waits its turn again, and an answer
// from before that is out of date.
document.addEventListener("htmx:afterSettle", ({ target }) => {
  const element = target.closest?.("[data-live]");
  if (element && (of(element).html === undefined || of(element).says !== String(said(element)))) state.delete(element);
});
