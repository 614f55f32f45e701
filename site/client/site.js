// In the reader's browser: figures become interactive as they scroll into view, menus close, a phone starts with its contents folded.
(() => {
  const plotly = document.currentScript.dataset.plotly;
  const figures = [...document.querySelectorAll("figure[data-figure]")];
  const load = (src) =>
    new Promise((done, fail) => {
      const script = document.createElement("script");
      script.src = src;
      script.onload = done;
      script.onerror = fail;
      document.head.append(script);
    });
  let library;

  // A figure's own file calls this.
  window.geodlFigure = (id, { data, layout, config }) => {
    const figure = figures.find((each) => each.dataset.figure === id);
    const plot = document.createElement("div");
    plot.setAttribute("role", "group");
    plot.setAttribute("aria-label", figure.querySelector("img").alt);
    figure.classList.add("drawn");
    figure.replaceChildren(plot);
    window.Plotly.newPlot(plot, data, layout, { ...config, responsive: false, displaylogo: false });
  };

  async function draw(figure) {
    library ??= load(plotly);
    await library;
    await load(figure.dataset.source);
  }

  const watcher = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting) continue;
        watcher.unobserve(target);
        void draw(target);
      }
    },
    { rootMargin: "200px" },
  );
  for (const figure of figures) {
    const width = Number(figure.querySelector("img").getAttribute("width") ?? 0);
    if (figure.clientWidth >= width) watcher.observe(figure);
    else {
      // Too narrow: the whole picture, until the reader asks for the one that scrolls and answers to touch.
      const button = document.createElement("button");
      button.textContent = "Make interactive";
      button.addEventListener("click", () => draw(figure));
      figure.append(button);
    }
  }

  const menus = [...document.querySelectorAll("details.menu")];
  document.addEventListener("click", (event) => {
    for (const menu of menus) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") for (const menu of menus) menu.open = false;
  });
  const contents = document.querySelector(".contents details");
  if (contents && window.matchMedia("(max-width: 64rem)").matches) contents.open = false;
})();
