// Runs once, beside the live turn: controls in our own markup become events of the page.
const TURNS = ["example", "say", "revise", "want", "compare", "add", "cart", "look"];
const OTHERS = ["rate", "restart", "reopen", "discard", "language", "profile"];
const one = (selector, under) => (under || document).querySelector(selector);
const all = (selector, under) => [...(under || document).querySelectorAll(selector)];
const box = () => one("#st-box textarea");

const send = (control, more) => {
  const sent = { ...control.dataset, ...more };
  control.closest(".st-line")?.classList.add("st-busy");
  if (TURNS.includes(sent.send)) trigger("act", { sent });
  else if (OTHERS.includes(sent.send)) trigger(sent.send, { sent });
};

// Words for those who listen to the page, said once.
const tell = (words) => {
  const status = one("#st-status");
  if (status) status.textContent = words;
};

document.addEventListener("click", (event) => {
  const control = event.target.closest("[data-send]");
  if (control && control.tagName === "BUTTON") {
    control.closest("[popover]")?.hidePopover();
    if (control.dataset.send === "rate") rate(control);
    else send(control);
    if (["reopen", "restart"].includes(control.dataset.send)) closeDrawer();
  }
  if (event.target.closest(".st-skip")) {
    event.preventDefault();
    box().focus();
  }
});
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-send]");
  if (!form) return;
  event.preventDefault();
  if (form.matches("[popover]")) form.hidePopover();
  if (form.dataset.send === "compare") send(form, { products: [...ticked] });
  else send(form, Object.fromEntries(new FormData(form)));
  if (form.dataset.send === "compare") untick();
});

// A thumb shows at once what was pressed; pressing it again takes it back.
const rate = (thumb) => {
  const was = thumb.getAttribute("aria-pressed") === "true";
  for (const other of all(".st-thumb", thumb.parentElement)) other.setAttribute("aria-pressed", "false");
  thumb.setAttribute("aria-pressed", String(!was));
  tell(thumb.parentElement.dataset[was ? "unrated" : "rated"]);
  send(thumb, was ? { value: "0" } : {});
};

// A picture goes to the shop by itself, and the turn names it; where none can be read, the menu says so.
const look = async (file) => {
  const input = one("#st-look");
  one("#st-plus-menu").hidePopover();
  const answer = await fetch("./seen", { method: "POST", body: file }).catch(() => null);
  if (!answer || !answer.ok) return fail(input.dataset.failed);
  trigger("act", { sent: { send: "look", picture: await answer.text(), text: box().value } });
};
const fail = (words) => {
  tell(words);
  const line = one("#st-plus-menu .st-quiet");
  line.textContent = words;
  one("#st-plus [popovertarget]").click();
};
document.addEventListener("change", (event) => {
  if (event.target.id !== "st-look" || !event.target.files[0]) return;
  look(event.target.files[0]);
  event.target.value = "";
});

// A file from outside would take the browser off the page.
const offered = (event) => [...((event.dataTransfer || event.clipboardData)?.items || [])].some((i) => i.kind === "file");
for (const kind of ["dragover", "drop", "paste"]) {
  document.addEventListener(kind, (event) => {
    if (!offered(event)) return;
    event.preventDefault();
    event.stopPropagation();
    const menu = one("#st-plus-menu");
    const file = (event.dataTransfer || event.clipboardData).files[0];
    if (kind !== "dragover" && one("#st-look") && file) return look(file);
    if (kind === "dragover" || menu.matches(":popover-open")) return;
    one("#st-plus [popovertarget]").click();
    tell(one(".st-quiet", menu).textContent);
  }, true);
}

// Products ticked for comparison, by id.
const ticked = new Set();
document.addEventListener("change", (event) => {
  if (event.target.matches(".st-pick input")) {
    event.target.checked ? ticked.add(event.target.value) : ticked.delete(event.target.value);
    showTicked();
  }
  // A control that acts as soon as it is changed.
  const form = event.target.closest("form[data-now]");
  if (form) form.requestSubmit();
});
document.addEventListener("reset", (event) => {
  if (event.target.matches(".st-picked")) untick();
});
const untick = () => {
  ticked.clear();
  showTicked();
};
const showTicked = () => {
  const there = new Set(all(".st-pick input").map((input) => input.value));
  for (const id of [...ticked]) if (!there.has(id)) ticked.delete(id);
  for (const input of all(".st-pick input")) input.checked = ticked.has(input.value);
  const bar = one(".st-picked");
  if (!bar) return;
  bar.hidden = ticked.size === 0;
  const words = (ticked.size === 1 ? bar.dataset.one : bar.dataset.many).replace("2", String(ticked.size));
  if (one("[role=status]", bar).textContent !== words) one("[role=status]", bar).textContent = words;
  one(".st-more", bar).hidden = ticked.size > 1;
  one(".st-strong", bar).hidden = ticked.size < 2;
};

// Drawers: what lies behind cannot be reached while one is open, and focus comes back to where it was.
let drawer = null;
let opener = null;
const behind = [];
const nameDrawer = () => drawer?.setAttribute("aria-label", one(".st-panel", drawer).getAttribute("aria-label"));
const openDrawer = (id, from) => {
  closeDrawer();
  drawer = document.getElementById(id);
  opener = from;
  for (let node = drawer; node && node !== document.body; node = node.parentElement) {
    for (const other of node.parentElement.children) {
      if (other !== node && !other.inert && !["SCRIPT", "STYLE"].includes(other.tagName)) {
        other.inert = true;
        behind.push(other);
      }
    }
  }
  drawer.classList.add("st-open");
  drawer.setAttribute("role", "dialog");
  drawer.setAttribute("aria-modal", "true");
  nameDrawer();
  document.body.classList.add("st-modal");
  one("[data-close]", drawer)?.focus();
};
const closeDrawer = () => {
  if (!drawer) return;
  for (const other of behind.splice(0)) other.inert = false;
  drawer.classList.remove("st-open");
  for (const name of ["role", "aria-modal", "aria-label"]) drawer.removeAttribute(name);
  document.body.classList.remove("st-modal");
  const back = opener && document.contains(opener) ? opener : box();
  drawer = opener = null;
  back?.focus();
};
document.addEventListener("click", (event) => {
  const opens = event.target.closest("[data-drawer]");
  if (opens) openDrawer(opens.dataset.drawer, opens);
  else if (event.target.closest("[data-close]")) closeDrawer();
  else if (drawer && !drawer.contains(event.target) && !event.target.closest("[popover]")) closeDrawer();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && drawer && !one(":popover-open")) closeDrawer();
});

// What a reader opened stays open: a growing turn replaces its markup, and a replaced <details> is closed.
const open = new Set();
document.addEventListener("toggle", (event) => {
  const key = event.target.dataset && event.target.dataset.key;
  if (key) event.target.open ? open.add(key) : open.delete(key);
}, true);
const unfold = () => {
  for (const key of [...open]) {
    const found = one(`details[data-key="${CSS.escape(key)}"]`);
    if (found && !found.open) found.open = true;
  }
};

// Markup is replaced in place, so what was typed or chosen in a control would stay for the next thing that stands there.
const settle = () => {
  const masthead = one("[data-lang]");
  if (masthead) document.documentElement.lang = masthead.dataset.lang;
  for (const form of all("#st-wishes form, #st-cart form")) if (!form.contains(document.activeElement)) form.reset();
  nameDrawer();
  unfold();
  showTicked();
};
new MutationObserver(settle).observe(one(".gradio-container"), { childList: true, subtree: true, attributes: true, attributeFilter: ["data-lang", "data-product", "data-value"] });

// A new message goes to the top of the view, so that its answer grows below it and is read from its beginning.
let bubble = "";
let staff = 0;
watch("value", () => {
  settle();
  // What a person of the shop writes comes last.
  const latest = all(".st-thread > *", element);
  if (latest.length > staff) requestAnimationFrame(() => latest.at(-1).scrollIntoView({ block: "nearest" }));
  staff = latest.length;
  if (!one(".st-working", element)) for (const line of all(".st-busy")) line.classList.remove("st-busy");
  const first = one(".st-you", element);
  const said = first ? first.textContent : "";
  if (said && said !== bubble) {
    for (const form of all("form.st-actions")) form.reset();
    showTicked();
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    requestAnimationFrame(() => first.scrollIntoView({ behavior: calm || !bubble ? "auto" : "smooth", block: "start" }));
  }
  bubble = said;
});
