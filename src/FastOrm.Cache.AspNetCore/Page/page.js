"use strict";
// What comes from the server is put into the page as text, never as markup.
const { path, header, token } = document.body.dataset;
const find = id => document.getElementById(id);
const causes = {
  forgotten: "Forgotten", flushed: "Flushed", cleared: "Cleared", refreshed: "Loaded anew", saveChanges: "SaveChanges", bulkWrite: "Bulk write",
  sql: "SQL", migration: "Migration", movedConnection: "Connection moved", otherNode: "Another node", distrust: "Out of touch",
};
let samples = [], capacity = 300, state = null, source = null, again = 0, shown = new Map(), told = new Map();

const number = new Intl.NumberFormat("en");
const count = value => value >= 1e6 ? `${(value / 1e6).toFixed(1)} M` : number.format(Math.round(value));
const percent = value => value == null ? "–" : `${(100 * value).toFixed(value >= 0.9995 || value === 0 ? 0 : 1)} %`;
const bytes = value => value < 1024 ? `${value} B` : value < 1048576 ? `${(value / 1024).toFixed(1)} KiB` : `${(value / 1048576).toFixed(1)} MiB`;
const time = value => {
  if (value === 0) return "0 ms";
  if (value < 0.001) return `${(value * 1e6).toFixed(0)} ns`;
  if (value < 1) return `${(value * 1000).toFixed(0)} µs`;
  if (value < 1000) return `${value.toFixed(value < 10 ? 2 : 0)} ms`;
  if (value < 120000) return `${(value / 1000).toFixed(1)} s`;
  return value < 7200000 ? `${(value / 60000).toFixed(1)} min` : `${(value / 3600000).toFixed(1)} h`;
};
const figure = (node, text) => {
  const [value, ...unit] = text.split(" ");
  node.replaceChildren(value);
  if (unit.length) node.append(element("small", "", unit.join(" ")));
};

function element(tag, style = "", text = null) {
  const node = document.createElement(tag);
  if (style) node.className = style;
  if (text != null) node.textContent = text;
  return node;
}

const rate = sample => sample.hits + sample.misses > 0 ? sample.hits / (sample.hits + sample.misses) : null;
const charts = [
  new Chart(find("chart-rate"), { name: "Hit rate", max: 1, format: value => `${+(100 * value).toFixed(1)} %`, series: [{ name: "Hit rate", color: 1, area: true, value: rate }] }),
  new Chart(find("chart-latency"), {
    name: "Latency", format: time, series: [
      { name: "A load", color: 2, value: one => one.loads > 0 && one.loadMilliseconds > 0 ? one.loadMilliseconds / one.loads : null },
      { name: "A read", color: 1, area: true, value: one => one.hits + one.misses > 0 ? one.loadMilliseconds / (one.hits + one.misses) : null },
    ],
  }),
  new Chart(find("chart-reads"), {
    name: "Reads a second", format: value => value < 10 ? `${+value.toFixed(1)}` : count(value), series: [
      { name: "Hits", color: 1, area: true, value: one => one.hits },
      { name: "Misses", color: 3, value: one => one.misses },
    ],
  }),
];

function show() {
  const minute = samples.slice(-60), hits = sum(minute, "hits"), all = hits + sum(minute, "misses");
  const total = state.hits + state.misses;
  figure(find("rate"), percent(all > 0 ? hits / all : total > 0 ? state.hits / total : null));
  find("rate-note").textContent = all > 0 ? `of the last minute; ${percent(state.hits / Math.max(1, total))} since the start` : "since the start";
  figure(find("reads"), minute.length ? `${all / minute.length < 10 ? (all / minute.length).toFixed(1) : count(all / minute.length)} /s` : "–");
  figure(find("saved"), time(state.savedMilliseconds));
  figure(find("memory"), bytes(state.bytes));
  find("memory-note").textContent = `${count(state.entries)} entries, ${count(state.evictions)} evicted`;
  showRemote(state.remote);
  find("banner").hidden = state.isEnabled;
  find("banner").textContent = "This cache is switched off: every read goes to its source.";
  find("switch").textContent = state.isEnabled ? "Switch off" : "Switch on";
  charts.forEach(chart => chart.draw(samples));
  showQueries();
  showInvalidations();
  fill(find("bypasses"), find("bypasses-empty"), state.bypasses.map(one => {
    const item = element("li");
    item.append(element("span", "", one.reason), element("b", "", count(one.count)));
    return item;
  }));
}

const sum = (list, name) => list.reduce((total, one) => total + one[name], 0);

function fill(list, empty, items) {
  list.replaceChildren(...items);
  empty.hidden = items.length > 0;
}

function showRemote(remote) {
  const tile = find("redis-tile");
  tile.classList.toggle("bad", remote != null && (remote.breaker !== "closed" || !remote.isListening || !remote.isTrusted));
  if (!remote) {
    figure(find("redis"), "None");
    find("redis-note").textContent = "this cache is in memory alone";
    return;
  }
  figure(find("redis"), remote.breaker !== "closed" ? "Down" : !remote.isListening ? "Silent" : !remote.isTrusted ? "Late" : "Well");
  const notes = [`${count(state.remoteHits)} hits`, `${count(state.remoteFailures)} failures`];
  if (remote.backlog > 0) notes.push(`${count(remote.backlog)} changes wait`);
  find("redis-note").textContent = notes.join(", ");
  tile.title = remote.lastError ?? "";
}

// Rows stay the same nodes, so that what has the focus keeps it.
function showQueries() {
  const rows = state.queries.concat(state.values.hits + state.values.misses > 0 ? [state.values] : []).sort((one, other) => other.savedMilliseconds - one.savedMilliseconds);
  const kept = new Map(), twice = new Set(rows.map(query => query.label).filter((label, at, all) => all.indexOf(label) !== at));
  for (const query of rows) {
    const key = query.id || query.label, row = shown.get(key) ?? newRow(query);
    kept.set(key, row);
    row.which.hidden = !twice.has(query.label);
    const reads = query.hits + query.misses, ratio = reads > 0 ? query.hits / reads : 0;
    row.fore.setAttribute("width", `${(100 * ratio).toFixed(1)}%`);
    row.text.textContent = reads > 0 ? percent(ratio) : "–";
    [count(query.hits), count(query.misses), query.loadMilliseconds > 0 ? time(query.loadMilliseconds) : "–", query.lastBytes > 0 ? bytes(query.lastBytes) : "–", time(query.savedMilliseconds)]
      .forEach((text, at) => { if (row.cells[at].textContent !== text) row.cells[at].textContent = text; });
  }
  arrange(find("queries"), find("queries-empty"), kept);
  shown = kept;
  find("queries-note").textContent = kept.size > 0 ? `${kept.size} shown` : "";
}

function arrange(list, empty, rows) {
  const nodes = [...rows.values()].map(row => row.node);
  if (nodes.some((node, at) => list.children[at] !== node) || list.children.length !== nodes.length) {
    const focused = document.activeElement;
    list.replaceChildren(...nodes);
    if (list.contains(focused)) focused.focus({ preventScroll: true });
  }
  empty.hidden = nodes.length > 0;
}

function button(text, click) {
  const node = element("button", "open", text);
  node.type = "button";
  node.addEventListener("click", click);
  return node;
}

function newRow(query) {
  const node = element("tr"), name = element("td"), ratio = element("td", "ratio"), meter = element("div", "meter");
  name.append(query.id ? button(query.label, () => explain(query.id, query.label)) : element("span", "", query.label));
  // Queries of several shapes can have one name.
  const which = element("small", "which", `#${query.id.slice(0, 8)}`);
  name.append(which);
  const svg = document.createElementNS(Chart.NS, "svg");
  svg.setAttribute("aria-hidden", "true");
  const bars = ["back", "fore"].map(style => {
    const bar = document.createElementNS(Chart.NS, "rect");
    for (const [key, value] of Object.entries({ class: style, height: 6, rx: 3, width: "100%" })) bar.setAttribute(key, value);
    svg.append(bar);
    return bar;
  });
  const text = element("span");
  meter.append(svg, text);
  ratio.append(meter);
  const cells = ["n hits", "n", "n", "n", "n"].map(style => element("td", style));
  node.append(name, ratio, ...cells);
  return { node, which, fore: bars[1], text, cells };
}

function showInvalidations() {
  const now = samples.at(-1)?.time ?? Date.now(), kept = new Map();
  for (const one of state.invalidations) {
    let key = [one.time, one.cause, ...one.names].join("\n");
    while (kept.has(key)) key += "+"; // Several of one moment.
    const row = told.get(key) ?? newInvalidation(one);
    kept.set(key, row);
    row.when.textContent = ago((now - one.time) / 1000);
    row.drop.textContent = one.dropped > 0 ? `${count(one.dropped)} dropped` : "none dropped yet";
  }
  arrange(find("invalidations"), find("invalidations-empty"), kept);
  told = kept;
}

function newInvalidation(one) {
  const node = element("li"), what = element("span", "what"), when = element("span", "when"), drop = element("span", "drop");
  one.names.forEach((name, at) => what.append(at > 0 ? ", " : "", button(name, () => lookUp(name))));
  if (one.moreNames > 0) what.append(` and ${count(one.moreNames)} more`);
  if (one.names.length === 0) what.append(one.keys > 0 ? `${count(one.keys)} ${one.keys === 1 ? "key" : "keys"}` : one.cause === "otherNode" ? `${count(one.stamps)} stamps` : "everything");
  node.append(element("b", "", causes[one.cause] ?? one.cause), when, what, drop);
  return { node, when, drop };
}

async function ask(what, order = null) {
  try {
    const answer = await fetch(`${path}/${what}`, order === null ? {} : {
      method: "POST", headers: { "Content-Type": "application/json", [header]: token }, body: JSON.stringify({ cache: find("cache").value, ...order }),
    });
    return answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : { reason: `The application has refused it (${answer.status}).` };
  } catch {
    return { reason: "The application does not answer." };
  }
}

async function order(what, details = {}) {
  const answer = await ask(what, details), line = find("told");
  line.textContent = answer.message ?? answer.reason;
  line.classList.toggle("bad", !answer.message);
  return Boolean(answer.message);
}

function connect() {
  source?.close();
  clearTimeout(again);
  [samples, state, shown, told] = [[], null, new Map(), new Map()];
  find("told").textContent = "";
  live("", "Connecting …");
  source = new EventSource(`${path}/live?cache=${encodeURIComponent(find("cache").value)}`);
  source.addEventListener("begin", event => {
    const begin = JSON.parse(event.data);
    [samples, state, capacity] = [begin.samples, begin.state, begin.capacity];
    find("actions").hidden = !begin.allowsChanges;
    live("on", "Live");
    show();
  });
  source.addEventListener("tick", event => {
    const tick = JSON.parse(event.data);
    if (!tick.sample) return;
    samples = [...samples, tick.sample].slice(-capacity);
    state = tick.state;
    show();
  });
  source.onerror = () => {
    live("off", "Trying again …");
    // A browser gives up where it is told to come later.
    if (source.readyState === EventSource.CLOSED) again = setTimeout(connect, 5000);
  };
}

function live(style, text) {
  find("live").className = `live ${style}`;
  find("live").lastElementChild.textContent = text;
}

find("cache").addEventListener("change", connect);
find("switch").addEventListener("click", () => { if (state) order("switch", { on: !state.isEnabled }); });
find("clear").addEventListener("click", () => find("confirm").showModal());
find("clear-now").addEventListener("click", () => { find("confirm").close(); order("clear"); });
document.querySelectorAll("[data-close]").forEach(button => button.addEventListener("click", () => button.closest("dialog").close()));
document.querySelectorAll("form[data-order]").forEach(form => form.addEventListener("submit", async event => {
  event.preventDefault();
  if (await order(form.dataset.order, { name: form.elements.name.value })) form.reset();
}));
find("look").addEventListener("submit", event => {
  event.preventDefault();
  lookUp(event.target.elements.name.value);
});
connect();
