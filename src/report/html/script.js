"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const number = (n) => n.toLocaleString("en-US");
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // What works without a script is shown without it; the rest appears now.
  all("#filters, #theme, .copy, .sql").forEach((element) => { element.hidden = false; });

  // Findings of one check share most of their SQL, which the page holds once.
  for (const pre of all("pre[data-check]")) pre.prepend(`${data.sql[pre.dataset.check]}\n`);

  // A button copies the text that stands before it.
  const before = (button) => button.previousElementSibling.textContent;
  for (const button of all(".copy")) {
    const text = before(button);
    button.ariaLabel = text.length > 80 ? "Copy the text above" : `Copy ${text}`;
  }

  document.getElementById("theme").addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest(".copy");
    if (!button) return;
    event.preventDefault();
    const text = before(button);
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      button.focus();
    }
    button.textContent = "copied";
    setTimeout(() => { button.textContent = "copy"; }, 1200);
  });

  // A link to a finding opens it.
  const open = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let part = target; part; part = part.parentElement) if (part.tagName === "DETAILS") part.open = true;
  };
  addEventListener("hashchange", open);
  open();

  // Paper has no clicks: everything is open while printing, but for SQL, the numbers of charts, and what stands folded behind a finding.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all("details:not([open]):not(.sql, .like, figure details)");
    closed.forEach((element) => { element.open = true; });
  });
  addEventListener("afterprint", () => closed.forEach((element) => { element.open = false; }));

  for (const table of all("table.sortable")) {
    all("thead th", table).forEach((head, column) => {
      if (head.querySelector(".hide")) return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const numeric = head.classList.contains("n");
        const was = head.getAttribute("aria-sort");
        const down = was ? was === "ascending" : numeric;
        all("th", table).forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const key = (row) => (numeric ? Number(row.cells[column].dataset.value) : row.cells[column].textContent);
        const order = (a, b) => (numeric ? key(a) - key(b) : key(a).localeCompare(key(b), "en"));
        const rows = [...table.tBodies[0].rows].sort((a, b) => (down ? order(b, a) : order(a, b)));
        table.tBodies[0].append(...rows);
      });
    });
  }

  // A cell is [job, object, group, failed records]; code and category are those of its group.
  const form = document.getElementById("filters");
  const selects = all("select", form);
  const value = (cell, facet) =>
    ({ jobs: cell[0], objects: cell[1], groups: cell[2], codes: data.of[cell[2]][0], categories: data.of[cell[2]][1] })[facet];

  const filter = () => {
    const wanted = selects.filter((select) => select.value !== "").map((select) => [select.dataset.facet, select.value]);
    const cells = data.cells.filter((cell) => wanted.every(([facet, place]) => String(value(cell, facet)) === place));
    const findings = all(".finding");
    for (const finding of findings) {
      finding.hidden = !wanted.every(([facet, place]) => {
        const places = finding.dataset[facet];
        return places === "*" || places.split(" ").includes(place);
      });
    }
    for (const like of all(".like")) {
      const left = all(".finding:not([hidden])", like).length;
      like.hidden = left === 0;
      // What a filter opens, its end closes.
      if (wanted.length > 0 && left > 0 && !like.open) {
        like.open = true;
        like.dataset.filtered = "";
      } else if (wanted.length === 0 && "filtered" in like.dataset) {
        like.open = false;
        delete like.dataset.filtered;
      }
    }
    for (const table of all("table[data-key]")) {
      const sums = new Map();
      for (const cell of cells) sums.set(cell[table.dataset.key], (sums.get(cell[table.dataset.key]) ?? 0) + cell[3]);
      for (const row of table.tBodies[0].rows) {
        const sum = sums.get(Number(row.dataset.index)) ?? 0;
        row.hidden = wanted.length > 0 && data.cells.length > 0 && sum === 0;
        if (table.dataset.key === "2" && data.cells.length > 0) recount(row, wanted.length > 0 ? sum : null);
      }
    }
    const shown = findings.filter((finding) => !finding.hidden).length;
    let text = `${number(shown)} of ${number(findings.length)} findings`;
    if (wanted.length > 0 && data.cells.length > 0) {
      text += `; ${number(cells.reduce((sum, cell) => sum + cell[3], 0))} of ${number(data.failed)} failed records match`;
      if (data.cover < data.failed) text += ` (counted among the ${number(data.cover)} that this page holds)`;
    }
    document.getElementById("shown").textContent = text;
  };

  // Records and share of a group: those that match, or (null) all as they were.
  const recount = (row, sum) => {
    const [records, share] = row.cells;
    records.dataset.all ??= records.dataset.value;
    const now = sum ?? Number(records.dataset.all);
    const of = data.failed > 0 ? now / data.failed : 0;
    records.dataset.value = now;
    share.dataset.value = of;
    share.dataset.text ??= share.textContent;
    records.textContent = number(now);
    share.textContent = sum === null ? share.dataset.text : `${(of * 100).toFixed(1)}%`;
  };

  form.addEventListener("change", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  filter();
})();
