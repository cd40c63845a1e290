// Sets the colour scheme before the first drawing. A file of its own, because the page allows no inline scripts.
(function () {
  var chosen = null;
  try {
    chosen = window.localStorage.getItem("convoai.color-scheme");
  } catch {
    chosen = null; // Storage is switched off: follow the system.
  }
  var isDark = chosen === "dark" || (chosen !== "light" && window.matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", isDark ? "dark" : "light");
})();
