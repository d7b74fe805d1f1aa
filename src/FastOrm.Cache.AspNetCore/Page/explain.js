"use strict";
// What is known of a query, and of a text that somebody looks up: what was asked for last, in one dialog.
let asked = 0;

function facts(values) {
  const list = element("dl");
  for (const [name, value] of Object.entries(values)) {
    if (value == null) continue;
    const pair = element("div");
    pair.append(element("dt", "", name), element("dd", "", value));
    list.append(pair);
  }
  return list;
}

async function present(title, question, describe) {
  const dialog = find("explain"), body = find("explain-body"), turn = ++asked;
  find("explain-title").textContent = title.length > 120 ? `${title.slice(0, 120)}…` : title;
  body.replaceChildren(element("p", "empty", "…"));
  if (!dialog.open) dialog.showModal();
  const known = await question;
  if (turn === asked) body.replaceChildren(...(known.reason ? [element("p", "empty", known.reason)] : describe(known)));
}

function explain(id, label) {
  return present(label, ask(`query?id=${encodeURIComponent(id)}&cache=${encodeURIComponent(find("cache").value)}`), known => [
    facts({
      Tables: known.tables.join(", ") || "–", Hits: count(known.hits), "From the shared tier": count(known.remoteHits), Misses: count(known.misses),
      "Joined a load": count(known.joinedLoads), Loads: count(known.loads), "Failed loads": count(known.failedLoads), "A load takes": time(known.loadMilliseconds),
      "Time saved": time(known.savedMilliseconds), "Past the cache": count(known.bypasses), "Last result": bytes(known.lastBytes), Id: known.id,
    }),
    element("pre", "", known.sql ?? "It was not loaded on this node yet."),
  ]);
}

function lookUp(name) {
  return present(name, ask("look-up", { name }), known => {
    const { value, queries, invalidations } = known, parts = [];
    const span = milliseconds => milliseconds == null ? null : milliseconds < 0 ? "no end" : time(milliseconds);
    if (value.ageMilliseconds != null) {
      parts.push(element("h3", "", "A value in the memory of this node"), facts({
        Answer: value.isHit ? value.isAbsence ? "a hit: there is none" : "a hit" : value.reason, Age: span(value.ageMilliseconds),
        "Time left": span(value.leftMilliseconds), "Then stale for": span(value.staleMilliseconds), Size: bytes(value.bytes),
      }));
    }
    if (queries.length > 0) parts.push(element("h3", "", "Queries"), list(queries.map(query => [
      query.id ? button(query.label, () => explain(query.id, query.label)) : query.label, `${count(query.hits)} hits, ${count(query.misses)} misses`,
    ])));
    const last = value.lastInvalidation ? [value.lastInvalidation, ...invalidations] : invalidations;
    if (last.length > 0) {
      parts.push(element("h3", "", "Last invalidations"), list(last.map(one =>
        [causes[one.cause] ?? one.cause, `${ago((Date.now() - one.time) / 1000)}, ${one.dropped > 0 ? `${count(one.dropped)} dropped` : "none dropped yet"}`])));
    }
    return parts;
  });
}

function list(rows) {
  const node = element("ul", "bypasses");
  node.append(...rows.map(([left, right]) => {
    const item = element("li"), name = element("span");
    name.append(left);
    item.append(name, element("span", "which", right));
    return item;
  }));
  return node;
}
