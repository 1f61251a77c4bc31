// The editor of the signature: what is written goes into the text field beside it, which is what
// is sent, previewed and, without scripts, written in.
const ALLOWED = new Set(["B", "STRONG", "I", "EM", "A", "BR", "IMG"]);
const BLOCKS = new Set(["P", "DIV", "LI", "TR", "H1", "H2", "H3", "BLOCKQUOTE"]);
const SILENT = new Set(["SCRIPT", "STYLE", "TITLE", "HEAD", "META", "LINK"]);

const box = (node) => node.closest?.("[data-signature]") ?? document.querySelector("[data-signature]");
const body = (editor) => editor.querySelector(".sig-body");
const source = (editor) => editor.querySelector("textarea");

// Only what the server keeps; the server cleans again.
function copied(from, to) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) to.append(node.data.replace(/\s*\n\s*/g, " "));
    if (node.nodeType !== Node.ELEMENT_NODE || SILENT.has(node.tagName)) continue;
    if (!ALLOWED.has(node.tagName)) {
      copied(node, to);
      if (BLOCKS.has(node.tagName) && node.nextSibling) to.append(document.createElement("br"));
      continue;
    }
    if (node.tagName === "IMG" && !node.getAttribute("src")?.startsWith("/u/")) continue;
    const fresh = document.createElement(node.tagName);
    for (const name of ["href", "src", "alt"]) {
      const value = node.getAttribute(name);
      if (value && (name !== "href" || /^(https?:|mailto:|tel:)/i.test(value))) fresh.setAttribute(name, value);
    }
    copied(node, fresh);
    to.append(fresh);
  }
  return to;
}

const parsed = (html) => new DOMParser().parseFromString(html, "text/html").body;

function open(editor) {
  if (editor.dataset.open) return;
  editor.dataset.open = "";
  const field = source(editor);
  const write = body(editor);
  write.replaceChildren(...copied(parsed(field.value.replace(/\r?\n/g, "<br>")), document.createElement("div")).childNodes);
  field.hidden = true;
  write.hidden = false;
  editor.querySelector(".sig-bar").hidden = false;
  if (field.getAttribute("aria-invalid")) write.setAttribute("aria-invalid", "true");
}

// The field is told, as if it had been typed into.
function save(editor) {
  const field = source(editor);
  const html = body(editor).innerHTML.replace(/\n/g, "<br>");
  if (field.value === html) return;
  field.value = html;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

let kept = null; // the selection, while the focus is in the toolbar
function keep() {
  const chosen = document.getSelection();
  const write = document.querySelector(".sig-body");
  // A menu that opens moves the selection too, without the focus.
  if (document.activeElement !== write || !chosen.rangeCount || !write.contains(chosen.anchorNode)) return;
  kept = chosen.getRangeAt(0).cloneRange();
  for (const name of ["bold", "italic"]) {
    box(write).querySelector(`[data-do="${name}"]`).setAttribute("aria-pressed", String(document.queryCommandState(name)));
  }
}
document.addEventListener("selectionchange", keep);
document.addEventListener("pointerdown", keep, true);
document.addEventListener("keydown", keep, true);
document.addEventListener("input", keep, true); // "selectionchange" may come when the focus has gone

function command(editor, name, value) {
  const write = body(editor);
  const range = kept; // the focus moves the caret to the beginning
  write.focus();
  const chosen = document.getSelection();
  if (range && write.contains(range.startContainer)) {
    chosen.removeAllRanges();
    chosen.addRange(range);
  } else {
    chosen.selectAllChildren(write);
    chosen.collapseToEnd();
  }
  document.execCommand("styleWithCSS", false, false);
  document.execCommand(name, false, value);
  keep();
  save(editor);
}

function address(typed) {
  const text = typed.trim();
  if (/^(https?:\/\/|mailto:|tel:)/i.test(text)) return text;
  if (/^[^\s@/]+@[^\s@]+\.[^\s@]+$/.test(text)) return `mailto:${text}`;
  if (/^\+?[\d\s/()-]{6,}$/.test(text)) return `tel:${text.replace(/[^\d+]/g, "")}`;
  return text && `https://${text}`;
}

function showLink(editor, shown) {
  const line = editor.querySelector(".sig-link");
  line.hidden = !shown;
  editor.querySelector('[data-do="link"]').setAttribute("aria-expanded", String(shown));
  if (!shown) return;
  const field = line.querySelector("[data-link]");
  field.value = kept?.startContainer.parentElement?.closest("a")?.getAttribute("href") ?? "";
  field.focus();
}

function setLink(editor) {
  const href = address(editor.querySelector("[data-link]").value);
  showLink(editor, false);
  if (!href) return;
  if (kept && !kept.collapsed) {
    command(editor, "createLink", href);
    return;
  }
  const link = document.createElement("a");
  link.href = href;
  link.textContent = href.replace(/^(https?:\/\/|mailto:|tel:)/i, "");
  command(editor, "insertHTML", link.outerHTML);
}

function tell(editor, text) {
  const line = editor.parentElement.querySelector("[data-signature-error]");
  line.querySelector("span").textContent = text;
  line.hidden = !text;
}

async function upload(editor, file) {
  const form = new FormData();
  form.append("picture", file);
  const token = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"];
  tell(editor, "");
  editor.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(editor.dataset.upload, { method: "POST", body: form, headers: { "X-CSRFToken": token } });
    const said = await answer.json();
    if (said.error) {
      tell(editor, said.error);
      return;
    }
    const image = document.createElement("img");
    image.setAttribute("src", said.address);
    image.alt = "";
    command(editor, "insertHTML", image.outerHTML);
  } catch {
    tell(editor, document.getElementById("words")?.dataset.failed ?? "");
  } finally {
    editor.removeAttribute("aria-busy");
  }
}

const DO = {
  bold: (editor) => command(editor, "bold"),
  italic: (editor) => command(editor, "italic"),
  link: (editor) => showLink(editor, editor.querySelector(".sig-link").hidden),
  picture: (editor) => editor.querySelector("[data-picture]").click(),
  "link-set": setLink,
  "link-off": (editor) => {
    showLink(editor, false);
    command(editor, "unlink");
  },
};

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-signature] [data-do], [data-signature-fields] [data-insert]");
  if (!button) return;
  const editor = box(button);
  if (button.dataset.insert) {
    document.getElementById("signature-fields").hidePopover();
    command(editor, "insertText", button.dataset.insert);
  } else DO[button.dataset.do](editor);
});

document.addEventListener("change", (event) => {
  if (!event.target.matches?.("[data-signature] [data-picture]")) return;
  const [file] = event.target.files;
  event.target.value = "";
  if (file) upload(box(event.target), file);
});

document.addEventListener("input", (event) => {
  if (event.target.matches?.(".sig-body")) save(box(event.target));
});

// Enter makes a line, not a block.
document.addEventListener("beforeinput", (event) => {
  if (!event.target.matches?.(".sig-body") || event.inputType !== "insertParagraph") return;
  event.preventDefault();
  document.execCommand("insertLineBreak");
});

document.addEventListener("paste", (event) => {
  const write = event.target.closest?.(".sig-body");
  if (!write) return;
  event.preventDefault();
  const image = [...event.clipboardData.files].find((file) => file.type.startsWith("image/"));
  if (image) {
    upload(box(write), image);
    return;
  }
  const html = event.clipboardData.getData("text/html");
  if (!html) {
    document.execCommand("insertText", false, event.clipboardData.getData("text/plain"));
    return;
  }
  document.execCommand("insertHTML", false, copied(parsed(html), document.createElement("div")).innerHTML);
});

// One stop of Tab for the whole toolbar; the arrows move in it.
document.addEventListener("keydown", (event) => {
  if (event.target.matches?.("[data-link]") && event.key === "Enter") {
    event.preventDefault();
    setLink(box(event.target));
    return;
  }
  if (event.key === "Escape" && event.target.closest?.(".sig-link")) {
    event.stopPropagation();
    showLink(box(event.target), false);
    body(box(event.target)).focus();
    return;
  }
  const bar = event.target.closest?.(".sig-bar");
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!bar || !step) return;
  const buttons = [...bar.querySelectorAll("button")];
  const next = buttons[(buttons.indexOf(event.target) + step + buttons.length) % buttons.length];
  for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
  next.focus();
  event.preventDefault();
});

const start = () => document.querySelectorAll("[data-signature]").forEach(open);
start();
document.addEventListener("htmx:afterSettle", start);
