// Light or dark as chosen here before, else as the system has it. Gradio sets its own class later, hence the observer.
(() => {
  const key = "shoptalk:theme";
  const apply = () => {
    const chosen = localStorage.getItem(key);
    if (chosen) document.body.classList.toggle("dark", chosen === "dark");
  };
  const watchBody = () => {
    apply();
    new MutationObserver(apply).observe(document.body, { attributes: true, attributeFilter: ["class"] });
  };
  document.body ? watchBody() : document.addEventListener("DOMContentLoaded", watchBody);
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme]")) return;
    localStorage.setItem(key, document.body.classList.contains("dark") ? "light" : "dark");
    apply();
  });
})();
