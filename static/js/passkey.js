// Passkeys: a form that is sent with what the device signed.
// <form data-passkey="create|get|login" data-options="id of the JSON"> with a hidden `credential`,
// a button `data-passkey-go` (in it or of it) and the notices of mfa/webauthn/_trouble.html.
const known = window.isSecureContext && "PublicKeyCredential" in window;

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
const each = (list, change) => (list ?? []).map((one) => ({ ...one, id: change(one.id) }));

async function create({ publicKey }) {
  return navigator.credentials.create({
    publicKey: {
      ...publicKey,
      challenge: bytes(publicKey.challenge),
      user: { ...publicKey.user, id: bytes(publicKey.user.id) },
      excludeCredentials: each(publicKey.excludeCredentials, bytes),
    },
  });
}

async function get({ publicKey }) {
  const allowCredentials = each(publicKey.allowCredentials, bytes);
  return navigator.credentials.get({
    publicKey: { ...publicKey, challenge: bytes(publicKey.challenge), allowCredentials },
  });
}

// The answer as JSON, every buffer in base64url.
function plain(credential) {
  const { response } = credential;
  const said = { clientDataJSON: text(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) said[name] = text(response[name]);
  }
  if (response.getTransports) said.transports = response.getTransports();
  return JSON.stringify({
    type: credential.type,
    id: credential.id,
    rawId: text(credential.rawId),
    authenticatorAttachment: credential.authenticatorAttachment,
    response: said,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

async function options(form) {
  if (form.dataset.options) return JSON.parse(document.getElementById(form.dataset.options).textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`options: ${answer.status}`);
  return (await answer.json()).request_options;
}

// The box “keep me signed in” stands in the form of the password.
function remember(form) {
  const box = document.querySelector('input[type="checkbox"][name="remember"]');
  if (form.dataset.passkey !== "login" || !box?.checked || form.elements.remember) return;
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name: "remember", value: "on" });
  form.append(field);
}

function tell(form, name) {
  for (const notice of form.querySelectorAll("[data-passkey-failed], [data-passkey-known]")) notice.hidden = true;
  const notice = name && (form.querySelector(`[data-passkey-${name}]`) ?? form.querySelector("[data-passkey-failed]"));
  if (notice) notice.hidden = false;
}

document.addEventListener(
  "submit",
  async (event) => {
    const form = event.target;
    if (!form.matches("[data-passkey]") || form.elements.credential.value) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    tell(form, "");
    try {
      const made = form.dataset.passkey === "create" ? create : get;
      form.elements.credential.value = plain(await made(await options(form)));
    } catch (error) {
      tell(form, error.name === "InvalidStateError" ? "known" : "failed");
      return;
    }
    remember(form);
    form.requestSubmit();
  },
  true,
);

function start() {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.elements.credential.value = "";
    const buttons = [...form.elements].filter((one) => one.matches("[data-passkey-go]"));
    for (const button of buttons) button.hidden = !known;
    const none = form.querySelector("[data-passkey-none]");
    if (none) none.hidden = known;
  }
  for (const button of document.querySelectorAll("[data-codes], [data-print]")) button.hidden = false;
}
start();
document.addEventListener("htmx:afterSettle", start);
window.addEventListener("pageshow", start);

// Recovery codes: copied or printed.
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-codes], [data-print]");
  if (!button) return;
  if ("print" in button.dataset) {
    window.print();
    return;
  }
  const lines = [...document.getElementById(button.dataset.codes).children].map((one) => one.textContent.trim());
  await navigator.clipboard.writeText(lines.join("\n"));
  button.lastChild.textContent = ` ${button.dataset.done}`;
});
