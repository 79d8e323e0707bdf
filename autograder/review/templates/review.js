"use strict";
// Everything a grader gives is kept in this browser at once, and leaves it as the same table that a spreadsheet may fill in.
// Texts of students enter the page as text, never as markup.
{
  const data = JSON.parse(document.getElementById("data").textContent);
  const $ = (id) => document.getElementById(id);
  const made = (tag, props = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), props);
    element.append(...children);
    return element;
  };
  const NOTHING = "not-answered";
  const STORE = [data.schema, data.batch, data.grader, data.rubric].join(":");

  // --- what is known -------------------------------------------------------------------------------------------
  const blank = () => ({ level: "", points: null, reasons: [], comment: "", second: false, at: "" });
  const question = () => data.questions[state.question];
  const keyOf = (q, entry) => `${q.id}/${entry.item}/${entry.hash}`;
  const markOf = (entry, q = question()) => state.marks[keyOf(q, entry)] ?? blank();
  const levelOf = (q, id) => q.levels.find((level) => level.id === id);
  const begun = (q) => q.samples.length === 0 || state.begun[q.id] === true;
  const calibrating = () => !begun(question());
  const entries = (q = question()) => (begun(q) ? q.answers : q.samples);
  const current = () => entries()[state.place];
  const marked = (q, list) => list.filter((entry) => markOf(entry, q).level).length;
  const shown = (points) => String(Math.round(points * 100) / 100);
  const textOf = (entry) => data.texts[entry.hash] ?? "";
  const fits = (entry) => {
    const [wanted, mark] = [$("show").value, markOf(entry)];
    return !wanted || (wanted === "open" ? !mark.level : wanted === "second" ? mark.second : mark.level === wanted);
  };

  const sound = (q, mark) => mark && Array.isArray(mark.reasons) && typeof mark.comment === "string" && (!mark.level || levelOf(q, mark.level));
  const state = { marks: {}, begun: {}, question: 0, place: 0, onward: false, single: true };
  for (const q of data.questions)
    for (const entry of q.answers) if (entry.given) state.marks[keyOf(q, entry)] = { ...blank(), ...entry.given };
  let keeps = true;
  let unsaved = false;
  try {
    const before = JSON.parse(localStorage.getItem(STORE));
    if (before?.marks) {
      Object.assign(state, before, { marks: { ...state.marks, ...before.marks } });
      for (const q of data.questions)
        for (const entry of [...q.samples, ...q.answers]) if (!sound(q, markOf(entry, q))) delete state.marks[keyOf(q, entry)];
      if (!data.questions[state.question]) state.question = 0;
    }
  } catch {
    keeps = false;
  }

  const save = () => {
    unsaved = true;
    try {
      localStorage.setItem(STORE, JSON.stringify(state));
      keeps = true;
    } catch {
      keeps = false;
    }
    $("saved").textContent = keeps ? `Saved in this browser, ${new Date().toTimeString().slice(0, 5)}` : "Not saved: this browser keeps nothing. Export before you close.";
  };
  let silence;
  const say = (text) => {
    $("say").textContent = text;
    clearTimeout(silence);
    silence = setTimeout(() => ($("say").textContent = ""), 4000);
  };

  // --- changes, each of which can be taken back ------------------------------------------------------------------
  const past = [];
  let future = [];
  const put = (entry, change, words) => {
    const q = question();
    const key = keyOf(q, entry);
    const was = state.marks[key] ?? blank();
    const now = { ...was, ...change };
    if (JSON.stringify(was) === JSON.stringify(now)) return;
    now.at = `${new Date().toISOString().slice(0, 19)}Z`;
    if (!calibrating()) {
      past.push({ key, was, now, question: state.question, item: entry.item, words });
      future = [];
    }
    state.marks[key] = now;
    save();
    draw();
    if (words) say(words);
  };
  const back = (from, to, side, word) => {
    commit();
    const step = from.pop();
    if (!step) return say(`Nothing to ${word}`);
    state.question = step.question;
    state.marks[step.key] = step[side];
    to.push(step);
    chooseQuestion();
    $("show").value = "";
    state.place = Math.max(0, entries().findIndex((entry) => entry.item === step.item));
    save();
    draw();
    say(`${word === "undo" ? "Undone" : "Done again"}: ${step.words}`);
  };
  const undo = () => back(past, future, "was", "undo");
  const redo = () => back(future, past, "now", "redo");

  const setLevel = (level) => {
    const entry = current();
    const before = markOf(entry);
    if (calibrating() && before.level) return draw(), say("A sample is marked once; the agreed mark is shown");
    const points = level.low === level.high ? level.high : before.level === level.id ? before.points : middle(level);
    put(entry, { level: level.id, points }, `${entry.who}: ${shown(points)}, ${level.title}`);
    if (state.onward && before.level !== level.id && !calibrating() && state.place < entries().length - 1) go(1);
  };
  const middle = (level) => {
    const step = question().step;
    return level.low + Math.floor((level.high - level.low) / 2 / step) * step;
  };
  const setPoints = (points) => {
    const [q, entry] = [question(), current()];
    const level = q.levels.find((one) => one.low <= points && points <= one.high && (one.id !== NOTHING || markOf(entry).level === NOTHING));
    const steps = level && (points - level.low) / q.step;
    if (!level || Math.abs(steps - Math.round(steps)) > 1e-9) return draw(), say(`${points} is not on this scale`);
    put(entry, { level: level.id, points }, `${entry.who}: ${shown(points)}, ${level.title}`);
  };
  const nudge = (by) => {
    const level = levelOf(question(), markOf(current()).level);
    if (level && level.low !== level.high && !calibrating()) setPoints(markOf(current()).points + by * question().step);
  };
  const setReason = (reason) => {
    if (calibrating()) return;
    const chosen = markOf(current()).reasons;
    const on = !chosen.includes(reason.id);
    const reasons = data.reasons.map((one) => one.id).filter((id) => (id === reason.id ? on : chosen.includes(id)));
    put(current(), { reasons }, `${current().who}: ${on ? "" : "without "}“${reason.text}”`);
  };
  const setSecond = (second) => calibrating() || put(current(), { second }, `${current().who}: ${second ? "for a second reader" : "no second reader"}`);
  const reopen = () => (calibrating() ? say("A sample is marked once") : put(current(), { level: "", points: null, reasons: [] }, `${current().who}: open again`));
  const commit = () => {
    const field = $("comment");
    const entry = current();
    if (entry && !calibrating() && field.dataset.key === keyOf(question(), entry) && field.value !== markOf(entry).comment)
      put(entry, { comment: field.value }, `${entry.who}: comment`);
  };

  // Comments of this question, those written to most students first.
  const usedComments = () => {
    const counts = new Map();
    for (const entry of question().answers) {
      const comment = markOf(entry).comment.trim();
      if (comment && entry !== current()) counts.set(comment, (counts.get(comment) ?? 0) + 1);
    }
    return [...counts].sort((a, b) => b[1] - a[1]).map(([comment]) => comment);
  };
  const reuse = (comment) => put(current(), { comment }, `${current().who}: comment`);
  const nextUsed = () => {
    if (calibrating()) return;
    commit();
    const used = usedComments();
    if (!used.length) return say("No other comment on this question yet");
    const offered = used.slice(0, 9);
    reuse(offered[(offered.indexOf(markOf(current()).comment.trim()) + 1) % offered.length]);
  };

  // --- moving ------------------------------------------------------------------------------------------------------
  const focus = () => {
    $("who").focus({ preventScroll: true });
    document.querySelector(".answer").scrollTop = 0;
  };
  const settle = () => {
    save();
    draw();
    focus();
  };
  const go = (by) => {
    commit();
    const list = entries();
    let place = state.place + by;
    while (list[place] && !fits(list[place])) place += by;
    if (!list[place]) {
      const open = list.length - marked(question(), list);
      return say(by < 0 ? "This is the first one" : open ? `This is the last one. ${open} still open: press n` : "This is the last one. All are marked");
    }
    state.place = place;
    settle();
  };
  const nextOpen = () => {
    commit();
    const list = entries();
    for (let step = 1; step <= list.length; step++) {
      const place = (state.place + step) % list.length;
      if (!markOf(list[place]).level) {
        state.place = place;
        $("show").value = "";
        return settle();
      }
    }
    if (calibrating()) return begin();
    const later = data.questions.findIndex((q, place) => place !== state.question && marked(q, q.answers) < q.answers.length);
    say(later < 0 ? "All is marked. Press e to export" : `Question ${state.question + 1} is done. Press ${later > state.question ? "]" : "["} for question ${later + 1}`);
  };
  const begin = () => {
    const q = question();
    if (marked(q, q.samples) < q.samples.length) return say("Mark every sample first");
    state.begun[q.id] = true;
    state.place = 0;
    settle();
    say(`Marking begins: ${q.answers.length} answers`);
  };
  const turn = (by) => {
    commit();
    const place = state.question + by;
    if (!data.questions[place]) return say(by < 0 ? "This is the first question" : "This is the last question");
    state.question = place;
    chooseQuestion();
    state.place = Math.max(0, entries().findIndex((entry) => !markOf(entry).level));
    settle();
  };

  // --- drawing -----------------------------------------------------------------------------------------------------
  const reasonKey = (place) => {
    const first = Math.max(5, question().levels.length);
    return first + place <= 9 ? String(first + place) : "";
  };
  const chooseQuestion = () => {
    const q = question();
    const ranked = q.levels.filter((level) => level.id !== NOTHING);
    const levelKey = (level) => (level.id === NOTHING ? "0" : ranked.indexOf(level) < 9 ? String(ranked.indexOf(level) + 1) : "");
    const choice = (type, name, value, key, change, ...rest) => made("label", { className: "choice" }, made("input", { type, name, value, onchange: change }), made("kbd", {}, key), ...rest);
    $("levels").replaceChildren(
      $("levels").firstElementChild,
      ...q.levels.map((level) =>
        choice("radio", "level", level.id, levelKey(level), () => setLevel(level), made("span", {}, made("strong", {}, level.title), made("small", {}, level.text)), made("b", {}, level.points)),
      ),
    );
    $("reasons").hidden = !data.reasons.length;
    $("reasons").replaceChildren(
      $("reasons").firstElementChild,
      ...data.reasons.map((reason, place) => choice("checkbox", "reason", reason.id, reasonKey(place), () => setReason(reason), made("span", {}, reason.text), made("b"))),
    );
    const levels = q.levels.map((level) => [level.id, `${level.points}, ${level.title}`]);
    $("show").replaceChildren(...[["", "all"], ["open", "open"], ["second", "for a second reader"], ...levels].map(([value, text]) => made("option", { value }, text)));
    $("asks").textContent = q.asks;
    $("guidebox").hidden = !q.guide.length;
    $("guide").replaceChildren(...q.guide.map((text) => made("li", {}, text)));
    const key = (text) => made("kbd", {}, text);
    $("hint").replaceChildren(key("1"), "–", key(String(Math.min(9, ranked.length))), " level, ", ...(data.reasons.length ? [key(reasonKey(0)), "–", key("9"), " reason, "] : []), key("c"), " comment, ", key("f"), " second reader, ", key("u"), " undo, ", key("]"), " next question, ", key("?"), " all keys");
  };
  const drawTabs = () => {
    $("tabs").replaceChildren(
      ...data.questions.map((q, place) => {
        const count = begun(q) ? `${marked(q, q.answers)} of ${q.answers.length}` : `samples ${marked(q, q.samples)} of ${q.samples.length}`;
        const tab = made("button", { type: "button", onclick: () => turn(place - state.question) }, `${place + 1}. ${q.title}`, made("small", {}, count));
        if (place === state.question) tab.setAttribute("aria-current", "true");
        return tab;
      }),
    );
    const all = data.questions.reduce((sum, q) => sum + q.answers.length, 0);
    const got = data.questions.reduce((sum, q) => sum + marked(q, q.answers), 0);
    $("total").textContent = `${got} of ${all} marked`;
    $("totalbar").style.width = `${all ? (100 * got) / all : 0}%`;
  };
  // The rows of the list are made once for a question; a key changes the few that look different after it.
  let [listed, listRows] = [null, []];
  const madeRow = (entry, place) => {
    const [name, points] = [made("span", {}, entry.who), made("span")];
    const button = made("button", { type: "button", onclick: () => (commit(), (state.place = place), settle()) }, name, points);
    return { entry, button, points, item: made("li", {}, button), look: "" };
  };
  const drawRow = (row, place) => {
    const mark = markOf(row.entry);
    const [points, here] = [mark.level ? shown(mark.points) : "open", place === state.place];
    const hidden = !calibrating() && !here && !fits(row.entry);
    const look = [points, mark.second, here, hidden].join();
    if (look === row.look) return;
    row.look = look;
    row.points.textContent = (mark.second ? "⚑ " : "") + points;
    row.points.className = mark.level ? "got" : "";
    row.item.hidden = hidden;
    if (mark.second) row.button.setAttribute("aria-label", `${row.entry.who}, ${points}, for a second reader`);
    else row.button.removeAttribute("aria-label");
    if (here) row.button.setAttribute("aria-current", "true");
    else row.button.removeAttribute("aria-current");
    if (here) row.button.scrollIntoView({ block: "nearest" });
  };
  const drawList = () => {
    $("listhead").textContent = calibrating() ? "Calibrate first" : "Answers";
    $("filter").hidden = calibrating();
    if (listed !== entries()) {
      listed = entries();
      listRows = listed.map(madeRow);
      $("list").replaceChildren(...listRows.map((row) => row.item));
    }
    listRows.forEach(drawRow);
  };
  const drawSample = (entry, mark) => {
    const q = question();
    $("samplebox").hidden = !calibrating();
    $("samplebox").classList.remove("apart");
    if (!calibrating()) return;
    const parts = [made("p", {}, made("strong", {}, `Before question ${state.question + 1}: mark ${q.samples.length} sample${q.samples.length === 1 ? "" : "s"} as you would mark a student.`), " You see the agreed mark once you have given yours.")];
    if (mark.level) {
      const apart = mark.points !== entry.agreed;
      const words = apart ? `You gave ${shown(mark.points)}; agreed are ${shown(entry.agreed)}.` : `You and the others agree: ${shown(entry.agreed)}.`;
      parts.splice(0, 1, made("p", {}, made("strong", {}, words)), ...entry.why.split("\n\n").map((text) => made("p", {}, text)));
      $("samplebox").classList.toggle("apart", apart);
    }
    if (marked(q, q.samples) === q.samples.length) {
      const gaps = q.samples.map((one) => Math.abs(markOf(one).points - one.agreed));
      const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
      const advice = mean > q.possible / 5 ? " Read the levels once more before you begin." : "";
      parts.push(made("p", {}, `All samples: ${gaps.filter((gap) => !gap).length} of ${gaps.length} alike, ${mean.toFixed(1)} points apart on average.${advice}`), made("button", { type: "button", className: "main", onclick: begin }, "Begin with the answers ", made("kbd", {}, "n")));
    }
    $("samplebox").replaceChildren(...parts);
  };
  const drawAnswer = (entry) => {
    const text = textOf(entry);
    const words = text.trim() ? text.trim().split(/\s+/).length : 0;
    $("who").textContent = entry.who;
    $("pos").textContent = `${state.place + 1} of ${entries().length}${words ? `, ${words} ${words === 1 ? "word" : "words"}` : ""}${entry.place ? `, ${entry.place}` : ""}`;
    $("text").textContent = words ? text : entry.missing ? `There is no text here: ${entry.missing}.` : "The field is blank. Press 0 for “not answered”.";
    $("text").classList.toggle("empty", !words);
  };
  const drawMark = (entry, mark) => {
    const q = question();
    for (const input of document.querySelectorAll("[name=level]")) input.checked = input.value === mark.level;
    for (const input of document.querySelectorAll("[name=reason]")) input.checked = mark.reasons.includes(input.value);
    const level = levelOf(q, mark.level);
    const ranged = level && level.low !== level.high;
    $("pointsbox").hidden = !ranged || calibrating();
    if (ranged) {
      if (document.activeElement !== $("points")) $("points").value = shown(mark.points);
      $("range").textContent = `${level.points} for this level; keys + and −`;
    }
    const [field, key] = [$("comment"), keyOf(q, entry)];
    if (field.dataset.key !== key || document.activeElement !== field) [field.value, field.dataset.key] = [mark.comment, key];
    $("second").checked = mark.second;
    $("forstudents").hidden = $("spreadbox").hidden = calibrating();
    const used = usedComments();
    $("usedbox").hidden = !used.length;
    $("used").replaceChildren(...used.slice(0, 4).map((comment) => made("li", {}, made("button", { type: "button", title: comment, onclick: () => reuse(comment) }, comment))));
    $("spread").replaceChildren(
      ...q.levels.flatMap((one) => {
        const count = q.answers.filter((answer) => markOf(answer).level === one.id).length;
        const bar = made("span", { className: "bar" }, made("i"));
        bar.firstChild.style.width = `${q.answers.length ? (100 * count) / q.answers.length : 0}%`;
        bar.setAttribute("aria-hidden", "true");
        return [made("dt", {}, one.id === NOTHING ? "none" : one.points), made("dd", {}, bar, made("span", {}, String(count)))];
      }),
    );
  };
  const draw = () => {
    if (!current()) state.place = 0;
    drawTabs();
    drawList();
    const entry = current();
    $("undo").disabled = !past.length;
    if (!entry) {
      $("who").textContent = "Nothing to mark here";
      return;
    }
    const mark = markOf(entry);
    drawSample(entry, mark);
    drawAnswer(entry);
    drawMark(entry, mark);
  };

  // --- the table ---------------------------------------------------------------------------------------------------
  const guarded = (text) => (/^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text).replace(/(;|(?<=.)\t)(?=\s*[=+\-@＝＋－＠])/g, "$1'");
  const unguarded = (text) => (/^'[=+\-@\t\r\n＝＋－＠]/.test(text) ? text.slice(1) : text).replace(/(;|(?<=.)\t)'(?=\s*[=+\-@＝＋－＠])/g, "$1");
  const cell = (value) => {
    const text = guarded(String(value));
    return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const rowOf = (q, kind, entry) => {
    const mark = markOf(entry, q);
    const row = {
      schema: data.schema, batch: data.batch, grader: data.grader, kind, question: q.id, criterion: q.criterion, item: entry.item, answer: entry.hash, rubric: data.rubric,
      level: mark.level, points: mark.level ? shown(mark.points) : "", possible: shown(q.possible), reasons: mark.reasons.join(" "), comment: mark.comment,
      second: mark.second ? "yes" : "", state: mark.level ? "marked" : "open", marked_at: mark.at,
    };
    return data.columns.map((name) => row[name]);
  };
  const table = () => {
    const rows = data.questions.flatMap((q) => [...q.samples.map((entry) => rowOf(q, "calibration", entry)), ...q.answers.map((entry) => rowOf(q, "answer", entry))]);
    return [data.columns, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
  };
  const exportTable = () => {
    commit();
    const address = URL.createObjectURL(new Blob([table()], { type: "text/csv" }));
    const link = made("a", { href: address, download: data.file });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 5000);
    unsaved = false;
    const open = data.questions.reduce((sum, q) => sum + q.answers.length - marked(q, q.answers), 0);
    say(open ? `Exported. ${open} answer${open === 1 ? " is" : "s are"} still open; you may export again` : "Exported. All answers are marked");
  };
  const parsed = (text) => {
    const rows = [];
    let [row, value, inside] = [[], "", false];
    text = text.replace(/^\uFEFF/, "");
    const head = text.slice(0, text.search(/[\r\n]|$/));
    const mark = [",", ";", "\t"].sort((a, b) => head.split(b).length - head.split(a).length)[0];
    for (let place = 0; place < text.length; place++) {
      const letter = text[place];
      if (inside && letter === '"' && text[place + 1] === '"') (value += '"'), place++;
      else if (letter === '"') inside = !inside;
      else if (inside) value += letter;
      else if (letter === mark) row.push(value), (value = "");
      else if (letter === "\n" || letter === "\r") {
        if (letter === "\r" && text[place + 1] === "\n") place++;
        row.push(value);
        rows.push(row);
        [row, value] = [[], ""];
      } else value += letter;
    }
    if (value || row.length) rows.push([...row, value]);
    return rows;
  };
  const load = async (file) => {
    commit();
    const [names, ...rows] = parsed(await file.text());
    const heads = (names ?? []).map((name) => name.trim().toLowerCase());
    if (!["batch", "item", "question", "answer", "level"].every((name) => heads.includes(name))) return say("This is no review table; nothing was changed");
    let [taken, left] = [0, 0];
    for (const cells of rows) {
      const row = Object.fromEntries(heads.map((name, place) => [name, unguarded(cells[place] ?? "")]));
      const q = data.questions.find((one) => one.id === row.question);
      const entry = q && [...q.samples, ...q.answers].find((one) => one.item === row.item);
      const level = q && levelOf(q, row.level);
      if (row.batch !== data.batch || !entry || entry.hash !== row.answer || (row.level && !level)) {
        left++;
        continue;
      }
      if (!row.level && !row.comment && !row.reasons && !row.second) continue;
      const points = level ? (level.low === level.high ? level.high : Number((row.points ?? "").replace(",", "."))) : null;
      if (level && !(level.low <= points && points <= level.high)) {
        left++;
        continue;
      }
      const reasons = (row.reasons ?? "").split(" ").filter((id) => data.reasons.some((reason) => reason.id === id));
      state.marks[keyOf(q, entry)] = { level: row.level, points, reasons, comment: (row.comment ?? "").replace(/\r\n?/g, "\n"), second: row.second === "yes", at: row.marked_at ?? "" };
      taken++;
    }
    for (const q of data.questions) if (marked(q, q.samples) === q.samples.length && marked(q, q.answers)) state.begun[q.id] = true;
    past.length = 0;
    future = [];
    state.place = 0;
    $("keys").close();
    settle();
    say(`${taken} mark${taken === 1 ? "" : "s"} loaded${left ? `, ${left} row${left === 1 ? "" : "s"} of other work left out` : ""}`);
  };

  // --- keys and buttons --------------------------------------------------------------------------------------------
  const help = () => $("keys").showModal();
  const KEYS = {
    j: () => go(1), k: () => go(-1), n: nextOpen, c: () => calibrating() || $("comment").focus(), v: nextUsed,
    u: undo, U: redo, x: reopen, f: () => setSecond(!markOf(current()).second), "[": () => turn(-1), "]": () => turn(1),
    "+": () => nudge(1), "-": () => nudge(-1), e: exportTable, "?": help,
  };
  const digit = (key) => {
    const ranked = question().levels.filter((level) => level.id !== NOTHING);
    if (key === "0") return setLevel(levelOf(question(), NOTHING));
    if (ranked[Number(key) - 1]) return setLevel(ranked[Number(key) - 1]);
    const reason = data.reasons.find((_, place) => reasonKey(place) === key);
    if (reason) setReason(reason);
  };
  const inComment = (event) => {
    if (event.key !== "Escape" && !(event.key === "Enter" && (event.ctrlKey || event.metaKey))) return;
    event.preventDefault();
    commit();
    $("who").focus({ preventScroll: true });
    if (event.key === "Enter") go(1);
  };
  addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (target.id === "comment") return inComment(event);
    if (target.id === "points" && ["Enter", "Escape"].includes(key)) return event.preventDefault(), $("who").focus({ preventScroll: true });
    if ($("keys").open || target.tagName === "SELECT" || target.id === "points" || !current()) return;
    if ((event.ctrlKey || event.metaKey) && key.toLowerCase() === "z") return event.preventDefault(), event.shiftKey ? redo() : undo();
    if (event.ctrlKey || event.metaKey || event.altKey || (!state.single && key !== "?")) return;
    if (/^[0-9]$/.test(key)) return event.preventDefault(), digit(key);
    if (Object.hasOwn(KEYS, key)) event.preventDefault(), KEYS[key]();
  });
  const press = { undo, help, export: exportTable, previous: () => go(-1), next: () => go(1), open: nextOpen, close: () => $("keys").close(), less: () => nudge(-1), more: () => nudge(1) };
  for (const [id, act] of Object.entries(press)) $(id).onclick = act;
  $("comment").onchange = commit;
  $("points").onchange = (event) => setPoints(Number(event.target.value.replace(",", ".")));
  $("second").onchange = (event) => setSecond(event.target.checked);
  $("show").onchange = () => {
    const place = entries().findIndex(fits);
    if (!fits(current())) place < 0 ? say("None fits") : (state.place = place);
    draw();
  };
  $("load").onchange = (event) => {
    if (event.target.files[0]) load(event.target.files[0]);
    event.target.value = "";
  };
  for (const id of ["onward", "single"]) {
    $(id).checked = state[id];
    $(id).onchange = (event) => ((state[id] = event.target.checked), save());
  }
  const words = [
    ["j k", "next and previous answer"], ["n", "next open answer; after the samples, begin"], ["1 …", "level, in the order of the rubric"], ["0", "“not answered”"], ["+ −", "points within a level"],
    ...(data.reasons.length ? [["5 … 9", "reason on or off"]] : []), ["c", "comment; Esc leaves it, Ctrl+Enter leaves and moves on"], ["v", "a comment written before; again for another"],
    ["f", "ask a second reader"], ["x", "open again"], ["u U", "undo and redo; Ctrl+Z works, too"], ["[ ]", "previous and next question"], ["e", "export the CSV"],
  ];
  $("keytable").append(...words.map(([keys, text]) => made("tr", {}, made("td", {}, ...keys.split(" ").flatMap((key) => [made("kbd", {}, key), " "])), made("td", {}, text))));
  addEventListener("storage", (event) => {
    if (event.key === STORE) $("saved").textContent = "Open in another tab, too: reload this one before you go on.";
  });
  addEventListener("beforeunload", (event) => {
    if (!keeps && unsaved) event.preventDefault();
  });
  $("saved").textContent = !keeps ? "Not saved: this browser keeps nothing. Export before you close." : Object.keys(state.marks).length ? "Your marks are back" : "Saves by itself in this browser";
  chooseQuestion();
  draw();
}
