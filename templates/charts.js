// Lets charts answer: one that is pointed at, tapped, or walked through with the arrow keys says what its nearest
// point says. The texts stand in the page, finished; without this script nothing else is missing.
// A slider over each drawing makes it one stop of the keyboard, and a value that is read aloud; docs/decisions says why.
(() => {
  "use strict";
  const GAP = 8; // between a point and its text, in pixels: less than half a month
  const tip = document.createElement("div"); // one for all
  const hint = document.getElementById("reading-hint");
  let hide = null; // closes the open text
  let silent = null; // the drawing that Escape silenced, until the pointer has left it

  const set = (element, attributes) => {
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };
  const drawn = (name, className) =>
    set(document.createElementNS("http://www.w3.org/2000/svg", name), { class: className });
  const between = (low, value, high) => Math.max(low, Math.min(value, high));
  const nearest = (points, far) => points.reduce((best, point) => (far(point) < far(best) ? point : best));

  const answer = (drawing, readings, name) => {
    const svg = drawing.querySelector("svg");
    const { width } = svg.viewBox.baseVal;
    // Each row: the top and bottom of its own strip, then its points.
    const points = drawing.dataset.points.split(";").flatMap((line, row) => {
      const [[top, bottom], ...places] = line.split(" ").map((pair) => pair.split(",").map(Number));
      return places.map(([x, y]) => ({ row, top, bottom, x, y }));
    });
    points.forEach((point, index) => Object.assign(point, { index, text: readings[index] }));
    const [first, second = first] = points;
    const last = points[points.length - 1];
    const lines = points.every(({ top }) => top === first.top); // one strip for all
    const cell = second.row === first.row ? second.x - first.x : 0;
    const overlay = drawn("g", "pointed");
    overlay.append(drawn("path", "veil"), drawn(lines ? "circle" : "rect", lines ? "ring" : "frame"));
    const [veil, mark] = overlay.children;
    const slider = set(document.createElement("div"), {
      class: "reader", role: "slider", tabindex: 0, "aria-label": name, "aria-valuemin": 1, "aria-valuemax": points.length,
    });
    if (hint) slider.setAttribute("aria-describedby", hint.id);
    drawing.append(slider);
    let current;

    const choose = (point) => {
      current = point;
      set(slider, { "aria-valuenow": point.index + 1, "aria-valuetext": point.text.replace("\n", " ") });
    };
    const place = () => {
      const box = svg.getBoundingClientRect();
      return { left: box.left, top: box.top, scale: box.width / width };
    };
    const close = (escaped) => {
      hide = null;
      silent = escaped && drawing.matches(":hover") ? drawing : null;
      tip.remove();
      overlay.remove();
      for (const group of svg.querySelectorAll(".back")) group.classList.remove("back");
    };

    const show = (point, pointer) => {
      if (hide !== close) hide?.();
      hide = close;
      silent = null;
      choose(point);
      const { row, x, y } = point;
      const [top, bottom] = lines ? [y, y] : [point.top, point.bottom];
      for (const group of svg.querySelectorAll("[data-series]")) {
        group.classList.toggle("back", Number(group.dataset.series) !== row);
      }
      if (!lines) set(veil, { d: `M0 ${first.top}H${width}V${top}H0ZM0 ${bottom}H${width}V${last.bottom}H0Z` });
      set(mark, lines ? { cx: x, cy: y, r: 6 } : { x: x - cell / 2, y: 2 * y - bottom, width: cell, height: 2 * (bottom - y) });
      svg.append(overlay);
      const [about, figures] = point.text.split("\n");
      const strong = document.createElement("strong");
      strong.textContent = figures;
      tip.replaceChildren(about, strong);
      drawing.append(tip);
      // Aslant of the point, so that the way along a line or down the rows stays free, and close, so that the way to
      // the text leads over nothing else; always inside the drawing.
      const at = place();
      const box = drawing.getBoundingClientRect();
      const start = (pointer && !lines ? pointer : at.left + x * at.scale) - box.left + GAP;
      const away = lines ? GAP : 0;
      const [above, below] = [top * at.scale - away - tip.offsetHeight, bottom * at.scale + away];
      const fits = start + tip.offsetWidth <= box.width;
      const highest = pointer ? Math.max(0, -box.top) : 0; // a keyboard moves the page, a pointer doesn't
      tip.style.left = `${between(0, fits ? start : start - 2 * GAP - tip.offsetWidth, box.width - tip.offsetWidth)}px`;
      tip.style.top = `${between(0, above >= highest ? above : below, box.height - tip.offsetHeight)}px`;
      if (!pointer) tip.scrollIntoView({ block: "nearest" });
    };

    // Whose strip it is counts first, then the month, then the line: a drawing has no 10,000 pixels.
    const pointAt = (event, again) => {
      const at = place();
      const [x, y] = [(event.clientX - at.left) / at.scale, (event.clientY - at.top) / at.scale];
      const far = (p) => 1e8 * Math.max(p.top - y, y - p.bottom, 0) + 1e4 * Math.abs(p.x - x) + Math.abs(p.y - y);
      const point = nearest(points, far);
      if (again || hide !== close || point !== current) show(point, event.clientX);
    };
    const outside = (event) => !tip.contains(event.target); // a reader may go onto the text, and mark it

    const along = (by) => points[between(0, current.index + by, last.index)];
    const across = (by) => {
      if (points.every(({ row }) => row === first.row)) return along(by);
      const next = points.filter(({ row }) => row === current.row + by);
      return next.length ? nearest(next, ({ x }) => Math.abs(x - current.x)) : current;
    };
    const keys = {
      ArrowRight: () => along(1), ArrowLeft: () => along(-1), ArrowDown: () => across(1), ArrowUp: () => across(-1),
      Home: () => first, End: () => last,
    };

    choose(first);
    drawing.addEventListener("pointermove", (event) => {
      if (event.pointerType !== "touch" && silent !== drawing && outside(event)) pointAt(event);
    });
    drawing.addEventListener("click", (event) => {
      if (outside(event)) pointAt(event, true);
      else if (event.pointerType === "touch") close(); // what lies under it can be tapped then
    });
    drawing.addEventListener("pointerleave", (event) => {
      if (event.pointerType === "touch") return; // a finger always leaves
      silent = null;
      if (hide === close && !slider.matches(":focus-visible")) close();
    });
    slider.addEventListener("focus", () => slider.matches(":focus-visible") && show(current));
    slider.addEventListener("blur", () => hide === close && !drawing.matches(":hover") && close());
    slider.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey || !keys[event.key]) return;
      event.preventDefault();
      show(keys[event.key]());
    });
  };

  set(tip, { class: "reading", "aria-hidden": "true" }); // the slider says the same
  for (const figure of document.querySelectorAll("[data-readings]")) {
    const name = figure.querySelector(".figure-label").textContent;
    for (const drawing of figure.querySelectorAll("[data-points]")) {
      answer(drawing, figure.dataset.readings.split("\t"), name);
    }
  }
  hint?.removeAttribute("hidden");
  document.addEventListener("pointerdown", (event) => tip.parentNode?.contains(event.target) || hide?.());
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide?.(true));

  // Another language opens at the same place: its headings, figures and tables have the same names.
  for (const link of document.querySelectorAll(".languages a")) {
    link.addEventListener("click", () => (link.hash = location.hash));
  }
})();
