"use strict";
// Draws lines over time as SVG: no library, no markup from data.
class Chart {
  static NS = "http://www.w3.org/2000/svg";

  constructor(host, { name, series, format, max }) {
    Object.assign(this, { host, name, series, format, max });
    this.svg = this.add(host, "svg", { role: "img", preserveAspectRatio: "none" });
    this.title = this.add(this.svg, "title");
    this.body = this.add(this.svg, "g");
    this.cross = this.add(this.svg, "line", { class: "cross", visibility: "hidden" });
    this.tip = document.createElement("div");
    this.tip.className = "tip";
    this.tip.hidden = true;
    host.append(this.tip);
    host.addEventListener("pointermove", event => this.point(event));
    host.addEventListener("pointerleave", () => this.leave());
    new ResizeObserver(() => this.draw(this.samples ?? [])).observe(host);
  }

  add(parent, tag, attributes = {}) {
    const node = document.createElementNS(Chart.NS, tag);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    parent.append(node);
    return node;
  }

  draw(samples) {
    this.samples = samples;
    const width = this.host.clientWidth, height = this.host.clientHeight;
    if (width === 0) return;
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const values = this.series.map(one => samples.map(one.value));
    const top = this.max ?? this.nice(Math.max(1e-9, ...values.flat().filter(value => value != null)));
    const left = 44, bottom = height - 20;
    this.x = at => left + (samples.length < 2 ? 0 : at * (width - left - 4) / (samples.length - 1));
    const y = value => bottom - (bottom - 8) * Math.min(1, value / top);
    this.body.replaceChildren();
    for (const part of [0, 0.5, 1]) {
      this.add(this.body, "line", { class: "grid", x1: left, x2: width, y1: y(top * part), y2: y(top * part) });
      const label = this.add(this.body, "text", { x: left - 8, y: y(top * part) + 4, "text-anchor": "end" });
      label.textContent = this.format(top * part);
    }
    const seconds = samples.length < 2 ? 0 : Math.round((samples.at(-1).time - samples[0].time) / 1000);
    this.add(this.body, "text", { x: left, y: height - 2 }).textContent = seconds > 0 ? ago(seconds) : "";
    this.add(this.body, "text", { x: width - 2, y: height - 2, "text-anchor": "end" }).textContent = "now";
    this.series.forEach((one, index) => {
      for (const run of this.runs(values[index])) {
        const points = run.map(([at, value]) => `${this.x(at).toFixed(1)},${y(value).toFixed(1)}`).join(" L");
        const [first, last] = [this.x(run[0][0]).toFixed(1), this.x(run.at(-1)[0]).toFixed(1)];
        if (one.area) this.add(this.body, "path", { class: `area f${one.color}`, d: `M${first},${bottom} L${points} L${last},${bottom} Z` });
        this.add(this.body, "path", { class: `line s${one.color}`, d: `M${points}` });
      }
    });
    const now = this.series.map((one, index) => `${one.name} ${values[index].at(-1) == null ? "unknown" : this.format(values[index].at(-1))}`);
    this.title.textContent = `${this.name}: now ${now.join(", ")}`;
    this.svg.setAttribute("aria-label", this.title.textContent);
  }

  // Where nothing was asked there is nothing to draw.
  runs(values) {
    const runs = [];
    let run = null;
    values.forEach((value, at) => {
      if (value == null) run = null;
      else if (run) run.push([at, value]);
      else runs.push(run = [[at, value]]);
    });
    return runs;
  }

  nice(value) {
    const power = 10 ** Math.floor(Math.log10(value));
    return [1, 2, 4, 5, 10].map(step => step * power).find(step => step >= value);
  }

  point(event) {
    if (!this.samples?.length || !this.x) return;
    const box = this.host.getBoundingClientRect(), wanted = event.clientX - box.left;
    let at = 0;
    this.samples.forEach((_, index) => { if (Math.abs(this.x(index) - wanted) < Math.abs(this.x(at) - wanted)) at = index; });
    const sample = this.samples[at], x = this.x(at);
    this.cross.setAttribute("x1", x); this.cross.setAttribute("x2", x);
    this.cross.setAttribute("y1", 8); this.cross.setAttribute("y2", this.host.clientHeight - 20);
    this.cross.setAttribute("visibility", "visible");
    this.tip.textContent = [new Date(sample.time).toLocaleTimeString(), ...this.series.map(one => {
      const value = one.value(sample);
      return `${one.name}: ${value == null ? "–" : this.format(value)}`;
    })].join("\n");
    this.tip.hidden = false;
    this.tip.style.left = `${Math.min(Math.max(x, 70), box.width - 70)}px`;
  }

  leave() {
    this.tip.hidden = true;
    this.cross.setAttribute("visibility", "hidden");
  }
}

function ago(seconds) {
  if (seconds < 2) return "now";
  if (seconds < 90) return `${Math.round(seconds)} s ago`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min ago`;
  return seconds < 129600 ? `${Math.round(seconds / 3600)} h ago` : `${Math.round(seconds / 86400)} d ago`;
}
