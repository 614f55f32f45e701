// The browser's half of the pick tool: the gather on a canvas, mask, picks and clicks over it, three buttons.

/** ES module as anywidget takes it. State: settings, image, clicks, picks, mask, serial; messages: add, undo, clear, export, and back the table. */
export const pickToolEsm = `const bytes = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
const picture = (width, height, colour) => {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  const image = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) image.data.set(colour(i), 4 * i);
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
};
export default {
  render({ model, el }) {
    const { traces, samples, dt, title, name } = model.get("settings");
    const [left, top, wide, high] = [62, 26, Math.max(480, Math.min(900, 14 * traces)), 430];
    const canvas = document.createElement("canvas");
    const scale = Math.max(window.devicePixelRatio || 1, 1);
    Object.assign(canvas, { width: scale * (left + wide + 12), height: scale * (top + high + 40) });
    canvas.style.width = left + wide + 12 + "px";
    canvas.className = "geodl-pick-canvas";
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", title + ": click where the first arrival begins");
    const bar = document.createElement("div");
    bar.className = "geodl-pick-bar";
    const status = document.createElement("output");
    const button = (text, message) => {
      const b = document.createElement("button");
      b.textContent = text;
      b.addEventListener("click", () => ask(message));
      bar.append(b);
      return b;
    };
    let asked = 0;
    let took = 0;
    const ask = (message) => {
      asked = performance.now();
      model.send(message);
    };
    const undo = button("Undo", { undo: true });
    button("Clear", { clear: true });
    button("Export CSV", { export: true });
    bar.append(status);
    const grey = bytes(model.get("image"));
    const image = picture(traces, samples, (i) => [grey[i], grey[i], grey[i], 255]);
    const g = canvas.getContext("2d");
    const x = (trace) => left + ((trace + 0.5) / traces) * wide;
    const y = (sample) => top + ((sample + 0.5) / samples) * high;
    const draw = () => {
      g.setTransform(scale, 0, 0, scale, 0, 0);
      g.fillStyle = "#ffffff";
      g.fillRect(0, 0, canvas.width, canvas.height);
      g.imageSmoothingEnabled = false;
      g.drawImage(image, left, top, wide, high);
      const mask = bytes(model.get("mask"));
      if (mask.length > 0)
        g.drawImage(picture(traces, samples, (i) => (mask[i] ? [0, 114, 178, 70] : [0, 0, 0, 0])), left, top, wide, high);
      for (const [trace, sample, sure] of model.get("picks")) {
        if (sample < 0 || sample > samples) continue;
        g.fillStyle = "rgba(213, 94, 0, " + (0.25 + 0.75 * sure) + ")";
        g.beginPath();
        g.arc(x(trace), y(sample), 3.4, 0, 2 * Math.PI);
        g.fill();
      }
      g.lineWidth = 2.5;
      for (const [trace, sample] of model.get("clicks")) {
        for (const [colour, r] of [["#ffffff", 9], ["#009e73", 7]]) {
          g.strokeStyle = colour;
          g.lineWidth = colour === "#ffffff" ? 5 : 2.5;
          g.beginPath();
          g.moveTo(x(trace) - r, y(sample));
          g.lineTo(x(trace) + r, y(sample));
          g.moveTo(x(trace), y(sample) - r);
          g.lineTo(x(trace), y(sample) + r);
          g.stroke();
        }
      }
      g.fillStyle = "#333333";
      g.font = "12px sans-serif";
      g.textAlign = "center";
      g.fillText(title, left + wide / 2, 16);
      g.fillText("trace number", left + wide / 2, top + high + 34);
      const every = Math.max(1, Math.ceil(traces / 12));
      for (let t = 0; t < traces; t += every) g.fillText(String(t), x(t), top + high + 16);
      g.textAlign = "right";
      const step = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5].find((s) => samples * dt <= 8 * s) ?? 10;
      for (let t = 0; t < samples * dt; t += step) g.fillText(t.toFixed(3), left - 6, y(t / dt - 0.5) + 4);
      g.save();
      g.translate(12, top + high / 2);
      g.rotate(-Math.PI / 2);
      g.textAlign = "center";
      g.fillText("time (s)", 0, 0);
      g.restore();
      const count = model.get("clicks").length;
      status.textContent = (count === 0 ? "click where the first arrival begins" : count + (count === 1 ? " click" : " clicks")) +
        (took > 0 ? ", answered in " + took.toFixed(0) + " ms" : "");
      undo.disabled = model.get("serial") === 0;
      el.dataset.serial = model.get("serial");
      el.dataset.took = took.toFixed(0);
    };
    const answered = () => {
      draw();
      if (asked === 0) return;
      const from = asked;
      asked = 0;
      requestAnimationFrame(() => {
        took = performance.now() - from;
        draw();
      });
    };
    const save = ({ csv: text }) => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
      link.download = name + "-picks.csv";
      link.click();
      URL.revokeObjectURL(link.href);
    };
    canvas.addEventListener("click", (e) => {
      const box = canvas.getBoundingClientRect();
      const unit = box.width / (left + wide + 12);
      const trace = Math.floor((((e.clientX - box.left) / unit - left) / wide) * traces);
      const sample = (((e.clientY - box.top) / unit - top) / high) * samples - 0.5;
      if (trace < 0 || trace >= traces || sample < 0 || sample > samples - 1) return;
      ask({ add: { trace, sample } });
    });
    model.on("change:serial", answered);
    model.on("msg:custom", save);
    el.append(canvas, bar);
    draw();
    return () => {
      model.off("change:serial", answered);
      model.off("msg:custom", save);
    };
  },
};`;

/** Its style sheet. */
export const pickToolCss =
  ".geodl-pick-canvas { cursor: crosshair; max-width: 100%; } .geodl-pick-bar { display: flex; gap: 8px; align-items: center; font-family: sans-serif; }";
