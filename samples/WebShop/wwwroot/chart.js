// Lines over time as SVG. Styles come from the style sheet, so that the page needs no inline styles.
const box = { left: 52, right: 548, top: 12, bottom: 248 };

// Each line is { style, points: [[second, value], …] }; seconds is the width of the chart.
export function draw(svg, seconds, lines, { logarithmic = false } = {}) {
  const values = lines.flatMap(line => line.points.map(point => point[1])).filter(value => value > 0);
  const scale = logarithmic ? logScale(values) : linearScale(values);
  const x = second => box.left + (box.right - box.left) * Math.min(1, second / (seconds || 10));
  svg.replaceChildren(
    ...scale.ticks.flatMap(tick => grid(scale.y(tick), tick)),
    ...secondMarks(seconds || 10).map(second => text(x(second), box.bottom + 22, `${second} s`, anchorOf(x(second)))),
    ...lines.filter(line => line.points.length > 0).map(line => element('polyline', {
      class: `line ${line.style}`,
      points: line.points.map(([second, value]) => `${x(second).toFixed(1)},${scale.y(value).toFixed(1)}`).join(' '),
    })));
}

function linearScale(values) {
  const most = Math.max(1, ...values);
  const step = niceStep(most / 4);
  const top = Math.ceil(most / step) * step;
  const y = value => box.bottom - (box.bottom - box.top) * value / top;
  return { y, ticks: Array.from({ length: Math.round(top / step) + 1 }, (_, i) => i * step) };
}

// Whole powers of ten, for what differs by factors.
function logScale(values) {
  const low = Math.floor(Math.log10(Math.min(1, ...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(10, ...values))));
  const y = value => box.bottom - (box.bottom - box.top) * (Math.log10(Math.max(value, 10 ** low)) - low) / (high - low);
  return { y, ticks: Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i)) };
}

function niceStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map(factor => factor * power).find(step => step >= rough);
}

function secondMarks(seconds) {
  const step = Math.max(1, niceStep(seconds / 5));
  return Array.from({ length: Math.floor(seconds / step) + 1 }, (_, i) => i * step);
}

// The first and the last stay within the chart, however large their text is.
function anchorOf(x) {
  return x <= box.left ? 'start' : x >= box.right - 20 ? 'end' : 'middle';
}

function grid(y, tick) {
  return [
    element('line', { class: 'grid', x1: box.left, x2: box.right, y1: y, y2: y }),
    text(box.left - 8, y + 4, tick >= 1 || tick === 0 ? tick.toLocaleString('en') : String(+tick.toPrecision(1)), 'end'),
  ];
}

function text(x, y, content, anchor) {
  const label = element('text', { x, y, 'text-anchor': anchor });
  label.textContent = content;
  return label;
}

function element(name, attributes) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, value);
  }

  return made;
}
