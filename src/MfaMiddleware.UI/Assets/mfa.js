// What the pages can do beyond plain forms. Without it the codes are text that can be selected.
import { canUseKeys, createKey, getKey } from "./client.js";

const linesOf = id => {
  const element = document.getElementById(id);
  const items = [...element.querySelectorAll("code")];
  return (items.length ? items : [element]).map(item => item.textContent.trim()).join("\n");
};

const copy = async button => {
  try {
    await navigator.clipboard.writeText(linesOf(button.dataset.mfaCopy));
  } catch {
    // No clipboard without a secure context: what should be copied is selected instead.
    getSelection().selectAllChildren(document.getElementById(button.dataset.mfaCopy));
    return;
  }
  const label = button.textContent;
  button.textContent = button.dataset.mfaDone;
  setTimeout(() => { button.textContent = label; }, 2000);
};

const download = button => {
  const text = `${button.dataset.mfaTitle}\n\n${linesOf(button.dataset.mfaDownload)}\n`;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = button.dataset.mfaFile;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
};

const reveal = selector => document.querySelectorAll(selector).forEach(element => { element.hidden = false; });

document.querySelectorAll("[data-mfa-copy]").forEach(button => {
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", () => copy(button));
});
document.querySelectorAll("[data-mfa-download]").forEach(button => button.addEventListener("click", () => download(button)));
document.querySelectorAll("[data-mfa-print]").forEach(button => button.addEventListener("click", () => print()));
reveal("[data-mfa-tools], button[data-mfa-copy]");

// The time until another code can be sent runs, and the button rests. Without script the server says how long it still is.
const formatWait = seconds => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

const countDown = button => {
  const text = document.getElementById("wait");
  const end = Date.now() + button.dataset.mfaWait * 1000;
  const show = () => {
    const left = Math.ceil((end - Date.now()) / 1000);
    button.disabled = left > 0;
    if (text) {
      text.hidden = left <= 0;
      text.textContent = button.dataset.mfaWaitText.replace("{0}", formatWait(left));
    }
    if (left > 0) setTimeout(show, 250);
  };
  show();
};

document.querySelectorAll("[data-mfa-wait]").forEach(button => { if (button.dataset.mfaWait > 0) countDown(button); });

// After too many wrong codes the time until the next try runs. Nothing rests: who tries earlier is told the same again, and loses nothing.
document.querySelectorAll("[data-mfa-countdown]").forEach(text => {
  const end = Date.now() + text.dataset.mfaCountdown * 1000;
  const show = () => {
    const left = Math.ceil((end - Date.now()) / 1000);
    text.textContent = left > 0 ? text.dataset.mfaText.replace("{0}", formatWait(left)) : text.dataset.mfaOver;
    if (left > 0) setTimeout(show, 250);
  };
  text.hidden = false;
  show();
});

// Security keys: the browser answers with what the hidden field holds options for.
const errorOf = (field, error) => ({
  NotAllowedError: field.dataset.mfaNotAllowed,
  AbortError: field.dataset.mfaNotAllowed,
  InvalidStateError: field.dataset.mfaRegistered,
  SecurityError: field.dataset.mfaInsecure,
  NotSupportedError: field.dataset.mfaUnsupported,
})[error.name] ?? field.dataset.mfaFailed;

const useKey = async (field, status, button) => {
  button.hidden = true;
  status.hidden = true;
  try {
    const options = JSON.parse(field.dataset.mfaOptions);
    const credential = field.dataset.mfaKey === "create"
      ? await createKey(options)
      : await getKey(options);
    field.value = JSON.stringify(credential);
    field.form.requestSubmit();
  } catch (error) {
    status.textContent = errorOf(field, error);
    status.hidden = false;
    button.hidden = false;
    button.focus();
  }
};

document.querySelectorAll("[data-mfa-key]").forEach(field => {
  const status = field.form.querySelector("[data-mfa-key-status]");
  const button = field.form.querySelector("[data-mfa-key-start]");
  if (!canUseKeys()) {
    status.textContent = window.isSecureContext ? field.dataset.mfaUnsupported : field.dataset.mfaInsecure;
    return;
  }
  button.addEventListener("click", () => useKey(field, status, button));
  useKey(field, status, button);
});

// A second click sends no second answer; a page out of the back-forward cache starts anew.
document.querySelectorAll("form[data-mfa-once]").forEach(form => {
  let isSent = false;
  form.addEventListener("submit", event => {
    if (isSent) event.preventDefault();
    isSent = true;
    form.setAttribute("aria-busy", "true");
  });
  addEventListener("pageshow", () => {
    isSent = false;
    form.removeAttribute("aria-busy");
  });
});
