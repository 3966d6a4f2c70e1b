// Runs once: controls in the desk's own markup become events of the page.
const one = (selector, under) => (under || document).querySelector(selector);
const draft = () => one("#sd-draft textarea");

// Nothing of a customer stays on the screen of somebody whose session has ended.
const ask = window.fetch;
window.fetch = async (...given) => {
  const answer = await ask(...given);
  if (answer.status === 401) location.replace("/desk/sign-in?ended=1");
  return answer;
};

const insert = (text) => {
  const box = draft();
  if (!box) return;
  const set = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set;
  set.call(box, box.value.trim() ? `${box.value.trim()}\n${text}` : text);
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
};
document.addEventListener("click", (event) => {
  const control = event.target.closest("button[data-do]");
  if (!control) return;
  if (control.dataset.do === "insert") insert(control.dataset.text);
  else trigger("act", { sent: { ...control.dataset } });
});
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-do]");
  if (!form) return;
  event.preventDefault();
  const data = new FormData(form);
  const fields = Object.fromEntries([...new Set(data.keys())].map((name) => [name, data.getAll(name).map(String)]));
  trigger("act", { sent: { ...form.dataset, fields } });
});

// Markup is replaced in place every few seconds: what was opened stays open, and what is being filled in stays filled in.
const open = new Set();
const typed = new Map();
const place = (input) => {
  const form = input.closest("form[data-do]");
  const fold = input.closest("[data-key]");
  const same = form ? [...form.elements].filter((e) => e.name === input.name) : [];
  return form && `${fold ? fold.dataset.key : ""} ${form.dataset.do} ${input.name} ${same.indexOf(input)}`;
};
document.addEventListener("toggle", (event) => {
  const key = event.target.dataset?.key;
  if (key) event.target.open ? open.add(key) : open.delete(key);
}, true);
document.addEventListener("input", (event) => {
  const at = event.target.name && place(event.target);
  if (at) typed.set(at, event.target.type === "checkbox" ? event.target.checked : event.target.value);
});
// What was tried can be tried again, with the same words, once a supervisor has allowed it; everything else is said.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.action) return;
  for (const input of event.target.querySelectorAll("[name]")) typed.delete(place(input));
});
let focused = "";
document.addEventListener("focusin", (event) => { focused = (event.target.name && place(event.target)) || ""; });
const settle = () => {
  for (const fold of document.querySelectorAll("details[data-key]")) {
    if (open.has(fold.dataset.key) && !fold.open) fold.open = true;
  }
  for (const input of document.querySelectorAll("form[data-do] [name]")) {
    const at = place(input);
    if (!typed.has(at)) continue;
    if (input.type === "checkbox") input.checked = typed.get(at);
    else if (input.value !== typed.get(at)) input.value = typed.get(at);
    if (at === focused && document.activeElement === document.body) input.focus();
  }
};
new MutationObserver(settle).observe(one(".gradio-container"), { childList: true, subtree: true });

// What a dry run found stands above what is read at that moment.
let outcome = "";
new MutationObserver(() => {
  const found = one(".sd-outcome");
  if (found && found.textContent !== outcome) found.scrollIntoView({ block: "nearest" });
  outcome = found ? found.textContent : "";
}).observe(one(".gradio-container"), { childList: true, subtree: true });

// The latest words are in view when somebody writes.
let count = 0;
new MutationObserver(() => {
  const said = document.querySelectorAll(".sd-talk .st-you, .sd-talk .st-thread > *");
  if (said.length !== count) said[said.length - 1]?.scrollIntoView({ block: "nearest" });
  count = said.length;
}).observe(one(".gradio-container"), { childList: true, subtree: true });
