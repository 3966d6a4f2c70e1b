// Runs once, beside the live turn: buttons in our own markup become events, and what a reader opened stays open.
const open = new Set();
document.addEventListener("click", (event) => {
  const say = event.target.closest("[data-say]");
  if (say) trigger("say", { text: say.dataset.say });
  const reopen = event.target.closest("[data-open]");
  if (reopen) trigger("reopen", { id: reopen.dataset.open });
});
document.addEventListener("toggle", (event) => {
  const key = event.target.dataset && event.target.dataset.key;
  if (key) event.target.open ? open.add(key) : open.delete(key);
}, true);
// A growing turn replaces its markup, and a replaced <details> is closed.
const unfold = () => {
  for (const key of [...open]) {
    const found = document.querySelector(`details[data-key="${CSS.escape(key)}"]`);
    if (found && !found.open) found.open = true;
  }
};
// A new message goes to the top of the view, so that its answer grows below it and is read from its beginning.
let bubble = "";
watch("value", () => {
  unfold();
  const first = element.querySelector(".st-you");
  const said = first ? first.textContent : "";
  if (said && said !== bubble) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    requestAnimationFrame(() => first.scrollIntoView({ behavior: calm || !bubble ? "auto" : "smooth", block: "start" }));
  }
  bubble = said;
});
