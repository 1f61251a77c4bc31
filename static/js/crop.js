// Which square of a picture is shown: three sliders, and the picture itself to drag.
const STEP = 20;

function parts(stage) {
  const { zoom, x, y } = stage.closest("form").elements;
  return { image: stage.querySelector("img"), zoom, x, y };
}

// How far the picture reaches over the square, in pixels of the screen.
function spare(stage, { image, zoom }) {
  const side = stage.clientWidth;
  const scale = (side / Math.min(image.naturalWidth, image.naturalHeight)) * (zoom.value / 100);
  const width = image.naturalWidth * scale;
  const height = image.naturalHeight * scale;
  return { width, height, x: width - side, y: height - side };
}

function draw(stage) {
  const found = parts(stage);
  if (!found.image.naturalWidth) return;
  const over = spare(stage, found);
  const { style } = found.image;
  style.inlineSize = `${over.width}px`;
  style.blockSize = `${over.height}px`;
  style.transform = `translate(${(-over.x * found.x.value) / 1000}px, ${(-over.y * found.y.value) / 1000}px)`;
  stage.dataset.live = "";
}

// `dx`, `dy`: pixels by which the picture follows the hand.
function move(stage, dx, dy) {
  const found = parts(stage);
  const over = spare(stage, found);
  for (const [name, by] of [["x", dx], ["y", dy]]) {
    if (over[name] < 1) continue;
    const at = (found[name].exact ?? Number(found[name].value)) - (by / over[name]) * 1000;
    found[name].exact = Math.min(1000, Math.max(0, at));
    found[name].value = found[name].exact;
  }
  draw(stage);
}

function zoomBy(stage, percent) {
  const { zoom } = parts(stage);
  zoom.value = Number(zoom.value) + percent;
  draw(stage);
}

const KEYS = {
  ArrowLeft: (stage) => move(stage, STEP, 0),
  ArrowRight: (stage) => move(stage, -STEP, 0),
  ArrowUp: (stage) => move(stage, 0, STEP),
  ArrowDown: (stage) => move(stage, 0, -STEP),
  "+": (stage) => zoomBy(stage, 10),
  "-": (stage) => zoomBy(stage, -10),
};

document.addEventListener("keydown", (event) => {
  if (!event.target.matches?.("[data-crop]") || event.ctrlKey || event.metaKey || event.altKey) return;
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  act(event.target);
});

document.addEventListener("pointerdown", (event) => {
  const stage = event.target.closest?.("[data-crop]");
  if (!stage || event.button !== 0) return;
  event.preventDefault();
  stage.focus({ preventScroll: true });
  stage.setPointerCapture(event.pointerId);
  let { clientX, clientY } = event;
  const follow = (moved) => {
    move(stage, moved.clientX - clientX, moved.clientY - clientY);
    ({ clientX, clientY } = moved);
  };
  const release = () => stage.removeEventListener("pointermove", follow);
  stage.addEventListener("pointermove", follow);
  for (const end of ["pointerup", "pointercancel"]) stage.addEventListener(end, release, { once: true });
});

document.addEventListener("input", (event) => {
  const stage = event.target.matches?.('input[type="range"]') && event.target.form?.querySelector("[data-crop]");
  if (!stage) return;
  delete event.target.exact;
  draw(stage);
});

const all = () => document.querySelectorAll("[data-crop]");
function start() {
  for (const stage of all()) {
    draw(stage);
    stage.querySelector("img").addEventListener("load", () => draw(stage), { once: true });
  }
}
start();
document.addEventListener("htmx:afterSettle", start);
window.addEventListener("resize", () => all().forEach(draw));
