// Module tabs that don't fit go under More, which sums up what is overdue in them.
const seen = new WeakSet();

function fit() {
  const list = document.getElementById("tabs");
  const more = document.querySelector(".bar-more");
  if (!list || !more) return;
  const tabs = [...list.children];
  tabs.forEach((tab) => (tab.hidden = false));
  delete more.dataset.shown;
  const over = () => tabs.some((tab) => !tab.hidden && tab.offsetTop > list.offsetTop + 8);
  if (over()) {
    more.dataset.shown = "";
    for (let at = tabs.length - 1; at >= 0 && over(); at--) {
      if (!tabs[at].querySelector("[aria-current]")) tabs[at].hidden = true;
    }
  }
  sum(more, tabs);
}

function sum(more, tabs) {
  const items = [...document.querySelectorAll("#more .menu-item")];
  tabs.forEach((tab, at) => items[at] && (items[at].hidden = !tab.hidden));
  const late = tabs
    .filter((tab) => tab.hidden)
    .reduce((all, tab) => all + (Number.parseInt(tab.querySelector(".tab-n")?.textContent, 10) || 0), 0);
  const badge = more.querySelector(".tab-n");
  badge.textContent = late > 999 ? "999+" : late;
  badge.hidden = !late;
}

const watch = new ResizeObserver(fit);

function start() {
  const nav = document.querySelector(".bar-tabs");
  if (!nav || seen.has(nav)) return;
  seen.add(nav);
  watch.disconnect();
  watch.observe(nav);
  fit();
}

document.addEventListener("htmx:afterSettle", start);
document.addEventListener("ui:badges", fit);
document.fonts.ready.then(fit);
start();
