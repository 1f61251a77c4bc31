// Small helps for forms: choices that submit, ideas that fill in, files that are dropped.
document.addEventListener("change", (event) => {
  const control = event.target;
  if (control.matches("[data-submit]")) control.form?.requestSubmit();
  if (control.matches("[data-set]")) fill(control);
  if (control.matches("input[type=file]")) named(control);
});
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button[data-set]");
  if (button) fill(button);
});

// data-set='{"text": "Call", "when": "2026-11-26"}': names of controls in the same form.
function fill(source) {
  for (const [name, value] of Object.entries(JSON.parse(source.dataset.set))) {
    const controls = [...(source.form ?? source.closest("form")).querySelectorAll(`[name="${CSS.escape(name)}"]`)];
    for (const control of controls) if (control !== source) put(control, String(value ?? ""));
    const radios = controls.filter((one) => one.type === "radio");
    if (radios.length && !radios.some((one) => one.checked)) typed(radios, String(value ?? ""));
  }
}

function put(control, value) {
  if (control.type === "radio") control.checked = control.value === value;
  else if (control.type === "checkbox") control.checked = value !== "" && value !== "0" && value !== "false";
  else control.value = value;
  if (control.type !== "radio" || control.checked) control.dispatchEvent(new Event("ui:filled", { bubbles: true }));
}

// A day that no chip stands for goes into the typed field beside them.
function typed(radios, value) {
  const other = radios.find((one) => one.value === "typed");
  const text = other?.form.querySelector(`[name="${CSS.escape(`${other.name}_text`)}"]`);
  if (!text || !value) return;
  other.checked = true;
  text.value = value;
  text.dispatchEvent(new Event("ui:filled", { bubbles: true }));
}

function named(input) {
  const label = input.closest(".drop")?.querySelector("[data-file-name]");
  if (label && input.files.length) label.textContent = [...input.files].map((file) => file.name).join(", ");
}
for (const [event, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
  document.addEventListener(event, ({ target }) => target.closest?.(".drop")?.toggleAttribute("data-over", over));
}

// Textareas grow with their text where the browser can't do it alone.
if (!CSS.supports("field-sizing", "content")) {
  document.addEventListener("input", ({ target }) => {
    if (!target.matches("textarea[data-grow], .composer-body textarea, textarea.composer-body")) return;
    target.style.height = "auto";
    target.style.height = `${target.scrollHeight}px`;
  });
}
// Ctrl+Enter sends the form that one writes in.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea")) {
    event.preventDefault();
    event.target.form?.requestSubmit();
  }
});
