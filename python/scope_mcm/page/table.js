// The table of layers: sorted by any column, filtered by any text.
"use strict";

// name, heading, value to sort by, text, whether it is text
const COLUMNS = [
  ["index", "#", (entry) => entry.layer.index, String],
  ["name", "layer", (entry) => entry.layer.name, String, true],
  ["stage", "stage", (entry) => entry.segment.index * 1000 + entry.cluster.index, (_, entry) => `${entry.segment.index}.${entry.cluster.index}`, true],
  ["partition", "partition", (entry, view) => view.shortPartition(entry.layer), String, true],
  ["used", "chiplets", (entry) => entry.layer.cost.used_chiplets, whole],
  ["macs", "MACs a call", (entry) => entry.layer.macs_per_call, whole],
  ["weight_bytes", "weights", (entry) => entry.layer.weight_bytes, bytesText],
  ["cycles", "cycles", (entry) => entry.layer.cost.cycles, whole],
  ["compute", "compute", (entry) => entry.layer.cost.compute_cycles, whole],
  ["internal", "internal", (entry) => entry.layer.cost.internal_cycles, whole],
  ["external", "external", (entry) => entry.layer.cost.external_cycles, whole],
  ["weights", "gathering", (entry) => entry.layer.cost.weights_cycles, whole],
  ["send", "send", (entry) => entry.layer.cost.send_cycles, whole],
  ["limit", "limit", (entry) => entry.layer.limit ?? "-", String, true],
  ["energy", "energy", (entry) => entry.layer.energy.total_fj, (value) => quantity(joulesOf(value), "J")],
  ["operations", "operations", (entry) => entry.layer.operations.map((name) => name.replace(/^\w+\./, "")).join(" "), String, true],
];
const HINTS = { cycles: "cycles a beat", compute: "cycles a beat", internal: "cycles a beat", external: "cycles a beat",
  weights: "cycles a beat for gathering or streaming weights", send: "cycles a beat", energy: "of a beat", weight_bytes: "bytes of weights", partition: "b batch, o other, r row, c column, k channel" };

class LayerTable {
  constructor(table, filter, count, choose) {
    Object.assign(this, { table, filter, count, choose, key: "index", up: true, view: null });
    filter.addEventListener("input", () => this.show());
    table.addEventListener("click", (event) => {
      const row = event.target.closest("tbody tr");
      if (row) choose(Number(row.dataset.layer));
    });
    table.addEventListener("keydown", (event) => this.move(event));
    table.addEventListener("focusin", (event) => {
      const row = event.target.closest("tbody tr");
      if (row) this.enterAt(row);
    });
  }

  move(event) {
    const row = event.target.closest("tbody tr");
    if (!row) return;
    const next = { ArrowDown: row.nextElementSibling, ArrowUp: row.previousElementSibling }[event.key];
    if (next) next.focus();
    else if (event.key === "Home" || event.key === "End") this.table.querySelector(`tbody tr:${event.key === "Home" ? "first" : "last"}-child`).focus();
    else if (event.key === "Enter" || event.key === " ") this.choose(Number(row.dataset.layer));
    else return;
    event.preventDefault();
  }

  sortBy(key) {
    this.up = this.key === key ? !this.up : true;
    this.key = key;
    this.show();
    // The heading is a new one: whoever pressed it with a key stays there.
    this.table.querySelector(`th button[data-key="${key}"]`).focus();
  }

  // Draws all of it for `view`.
  setView(view) {
    this.view = view;
    this.show();
  }

  rows() {
    const words = this.filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const column = COLUMNS.find(([key]) => key === this.key);
    const matches = (entry) => {
      const text = [entry.layer.name, entry.layer.operations.join(" "), `${entry.segment.index}.${entry.cluster.index}`,
        entry.layer.limit ?? "", this.view.partition(entry.layer)].join(" ").toLowerCase();
      return words.every((word) => text.includes(word));
    };
    const value = (entry) => column[2](entry, this.view);
    const order = (a, b) => {
      const x = value(a), y = value(b);
      if (x === y) return a.layer.index - b.layer.index;
      if (x === null) return 1;
      if (y === null) return -1;
      return (typeof x === "string" ? x.localeCompare(y, "en", { numeric: true }) : x - y) * (this.up ? 1 : -1);
    };
    return this.view.layers.filter(matches).sort(order);
  }

  show() {
    const rows = this.rows();
    const head = COLUMNS.map(([key, heading, , , text]) => {
      const sorted = key === this.key ? (this.up ? "ascending" : "descending") : "none";
      const arrow = key === this.key ? (this.up ? " \u25b2" : " \u25bc") : "";
      return `<th scope="col" class="${text ? "text" : ""}" aria-sort="${sorted}" title="${HINTS[key] ?? ""}"><button type="button" data-key="${key}">${heading}${arrow}</button></th>`;
    }).join("");
    const body = rows.map((entry) => `<tr tabindex="-1" data-layer="${entry.layer.index}">${COLUMNS.map(([key, , value, text, isText]) => {
      const shown = escapeText(text(value(entry, this.view), entry));
      const long = key === "name" || key === "operations";
      return `<td class="${isText ? "text" : ""}${long ? " long" : ""}"${long ? ` title="${shown}"` : ""}>${shown}</td>`;
    }).join("")}</tr>`).join("");
    this.table.innerHTML = `<thead><tr>${head}</tr></thead><tbody>${body}</tbody>`;
    for (const button of this.table.querySelectorAll("th button"))
      button.addEventListener("click", () => this.sortBy(button.dataset.key));
    this.count.textContent = `${rows.length} of ${this.view.layers.length} layers`;
    this.mark(this.marked ?? null, false);
    this.enterAt(this.table.querySelector("tr.selected") ?? this.table.querySelector("tbody tr"));
  }

  // One row is where Tab enters the table, and the next Tab leaves it.
  enterAt(row) {
    for (const other of this.table.querySelectorAll('tbody tr[tabindex="0"]')) other.tabIndex = -1;
    if (row) row.tabIndex = 0;
  }

  // Marks a layer, and brings it into sight.
  mark(layer, scroll = true) {
    this.marked = layer;
    for (const row of this.table.querySelectorAll("tr.selected")) {
      row.classList.remove("selected");
      row.removeAttribute("aria-current");
    }
    const row = layer === null ? null : this.table.querySelector(`tr[data-layer="${layer}"]`);
    if (!row) return;
    row.classList.add("selected");
    row.setAttribute("aria-current", "true");
    this.enterAt(row);
    const box = this.table.parentElement;
    if (scroll && (row.offsetTop < box.scrollTop + 40 || row.offsetTop + row.offsetHeight > box.scrollTop + box.clientHeight))
      box.scrollTop = row.offsetTop - box.clientHeight / 2;
  }
}
