// A request that failed: says why, and leaves the page and what was typed as they are.
const LONGEST = 300;

function words() {
  return document.getElementById("words")?.dataset ?? {};
}

function say(text, link) {
  if (text) document.dispatchEvent(new CustomEvent("ui:toast", { detail: { text, tone: "late", link } }));
}

// The server's own sentence, when it sent one instead of a page.
function reason(xhr) {
  const plain = (xhr.getResponseHeader("Content-Type") ?? "").startsWith("text/plain");
  return plain && xhr.responseText.length <= LONGEST ? xhr.responseText : "";
}

function sentence(xhr) {
  const { refused, gone, expired, failed } = words();
  if (xhr.status === 403) return xhr.responseText.includes("data-csrf") ? expired : refused;
  if (xhr.status === 404 || xhr.status === 410) return gone;
  return failed;
}

document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
  const signIn = xhr.getResponseHeader("X-Sign-In");
  say(reason(xhr) || sentence(xhr), signIn && { href: signIn, text: words().signIn });
});
for (const lost of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(lost, () => say(navigator.onLine ? words().failed : words().offline));
}
document.addEventListener("htmx:swapError", () => say(words().failed));
